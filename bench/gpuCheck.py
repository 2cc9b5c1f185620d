"""Steps a second of the ViT of gpuCheck.ts in PyTorch with CUDA, float32: python3 gpuCheck.py width depth heads mlp batch steps warm-up"""
import sys
import time

import torch
from torch import nn

if not torch.cuda.is_available():
    sys.exit("PyTorch is here, but no CUDA")
width, depth, heads, mlp, batch, steps, warm_up = map(int, sys.argv[1:])
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False


class Vit(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(16 * 16 * 3, width)
        self.places = nn.Parameter(torch.randn(1, 196, width) / width**0.5)
        layer = nn.TransformerEncoderLayer(width, heads, mlp, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, depth, norm=nn.LayerNorm(width), enable_nested_tensor=False)
        self.head = nn.Linear(width, 1000)

    def forward(self, pictures):
        count = pictures.shape[0]
        patches = pictures.reshape(count, 14, 16, 14, 48).permute(0, 1, 3, 2, 4).reshape(count, 196, 768)
        return self.head(self.blocks(self.embed(patches) + self.places).mean(1))


model = Vit().cuda()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
host = torch.randn(batch, 224, 224, 3).pin_memory()
labels = torch.arange(batch).cuda()
for step in range(warm_up + steps):
    if step == warm_up:
        torch.cuda.synchronize()
        began = time.perf_counter()
    loss = nn.functional.cross_entropy(model(host.cuda(non_blocking=True)), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    loss.item()
torch.cuda.synchronize()
print(steps / (time.perf_counter() - began))
