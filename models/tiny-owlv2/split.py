"""Cut a merged OWLv2 export into a text half and an image half, and prove that the halves agree with the whole.

  python -m venv .venv && .venv/bin/pip install onnx onnxruntime numpy
  .venv/bin/python models/tiny-owlv2/split.py MERGED.onnx OUT_FOLDER

The public exports are one graph that takes `input_ids` together with `pixel_values`, so the texts are encoded again for
every picture. Cut in two, a text is encoded once and its embedding is reused:

  text.onnx   input_ids, attention_mask int64 [T, L]                        -> text_embeds [T, D]
  image.onnx  pixel_values [B, 3, S, S], query_embeds [B, Q, D]             -> logits [B, N, Q], objectness_logits [B, N], pred_boxes [B, N, 4]

Where the cut is: after the class head's own normalisation of the queries, x / (|x| + 1e-6). The nodes that do it move to
the text half. So what enters the image half is used as it is, and the mean of several templates' embeddings (which is
shorter than 1) gives exactly the mean of their logits: logit = (image . query + shift) * scale is affine in the query.
Cut before the normalisation, the mean would be stretched back to length 1 and the scores would differ.

The whole model sets the logits of padding queries (first token id 0) to the lowest float. The image half has no ids and
no such mask: the caller pads with zero rows and does not look at their columns.

Needs the graph of a torch export of Owlv2ForObjectDetection in float32 (checked step by step; a graph that looks
different is refused, not guessed at).
"""
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

TOLERANCE = 1e-4
OUTPUTS = ["logits", "objectness_logits", "pred_boxes"]


def expect(condition, message):
    if not condition:
        raise SystemExit(f"split.py: this is not the graph this script knows: {message}")


def part(model, replace, outputs, new_inputs, new_outputs, name):
    """The nodes that `outputs` need, when the tensors that are keys of `replace` are read from their values instead."""
    made_by = {o: i for i, n in enumerate(model.graph.node) for o in n.output}
    initializers = {t.name: t for t in model.graph.initializer}
    inputs = {i.name for i in new_inputs}
    needed, weights, todo = set(), set(), [replace.get(o, o) for o in outputs]
    while todo:
        tensor = todo.pop()
        if tensor in inputs or tensor == "":
            continue
        if tensor in initializers:
            weights.add(tensor)
            continue
        expect(tensor in made_by, f"{name}: {tensor} comes from an input that this half does not have")
        if made_by[tensor] not in needed:
            needed.add(made_by[tensor])
            todo += [replace.get(i, i) for i in model.graph.node[made_by[tensor]].input]
    nodes = []
    for index in sorted(needed):                                       # the old order is topological
        node = onnx.NodeProto()
        node.CopyFrom(model.graph.node[index])
        node.doc_string = ""
        for k, tensor in enumerate(node.input):
            node.input[k] = replace.get(tensor, tensor)
        nodes.append(node)
    for source, target in zip(outputs, (o.name for o in new_outputs)):
        if source != target:
            nodes.append(helper.make_node("Identity", [replace.get(source, source)], [target]))
    graph = helper.make_graph(nodes, name, new_inputs, new_outputs, [t for n, t in initializers.items() if n in weights])
    result = helper.make_model(graph, opset_imports=model.opset_import, producer_name="millrace split.py")
    result.ir_version = model.ir_version
    onnx.checker.check_model(result, full_check=True)
    return result


def split(model):
    nodes = model.graph.node
    maker = {o: n for n in nodes for o in n.output}
    readers = lambda tensor: [n for n in nodes if tensor in n.input]
    names = lambda values: {v.name for v in values}
    expect({"input_ids", "attention_mask", "pixel_values"} <= names(model.graph.input), f"inputs {sorted(names(model.graph.input))}")
    expect({*OUTPUTS, "text_embeds"} <= names(model.graph.output), f"outputs {sorted(names(model.graph.output))}")

    # text_embeds [B, Q, D] is a reshape of the tower's rows [T, D]; its shape needs the picture, the rows do not.
    reshape = maker["text_embeds"]
    expect(reshape.op_type == "Reshape", "text_embeds is not made by Reshape")
    rows = reshape.input[0]
    # The head's normalisation: text_embeds -> ReduceL2 -> Add eps -> Div -> the product with the image embeddings.
    divisions = [n for n in readers("text_embeds") if n.op_type == "Div" and n.input[0] == "text_embeds"]
    expect(len(divisions) == 1, "the class head does not divide text_embeds by its norm")
    queries = divisions[0].output[0]
    products = readers(queries)
    expect(len(products) == 1 and products[0].op_type == "Einsum", "the normalised queries do not go into one Einsum")
    # Out with the mask of padding queries: Where(first id is 0, lowest float, logits).
    masks = [n for n in nodes if n.op_type == "Where" and any(r.op_type == "Cast" and "logits" in r.output for r in readers(n.output[0]))]
    expect(len(masks) == 1, "no Where that masks padding queries just before the logits")

    dims = {v.name: v.type.tensor_type.shape.dim for v in [*model.graph.input, *model.graph.output]}
    length, side, width = dims["input_ids"][1].dim_value, dims["pixel_values"][2].dim_value, embedding_width(model)
    expect(length and side, "the text length and the picture size are not fixed in the graph")
    value = helper.make_tensor_value_info
    ids = [value(n, TensorProto.INT64, ["texts", length]) for n in ("input_ids", "attention_mask")]
    text = part(model, {"text_embeds": rows}, [queries], ids, [value("text_embeds", TensorProto.FLOAT, ["texts", width])], "owlv2_text")
    image = part(
        model, {queries: "query_embeds", masks[0].output[0]: masks[0].input[2]}, OUTPUTS,
        [value("pixel_values", TensorProto.FLOAT, ["pictures", 3, side, side]), value("query_embeds", TensorProto.FLOAT, ["pictures", "queries", width])],
        [value("logits", TensorProto.FLOAT, ["pictures", "boxes", "queries"]), value("objectness_logits", TensorProto.FLOAT, ["pictures", "boxes"]),
         value("pred_boxes", TensorProto.FLOAT, ["pictures", "boxes", 4])], "owlv2_image")
    return text, image, length, side


def embedding_width(model):
    """D, from the weights of text_projection: the last MatMul before the rows."""
    maker = {o: n for n in model.graph.node for o in n.output}
    weights = {t.name: t for t in model.graph.initializer}
    node = maker[maker["text_embeds"].input[0]]
    while node.op_type not in ("MatMul", "Gemm"):
        node = maker[node.input[0]]
    expect(node.input[1] in weights, "text_projection has no constant weights")
    return weights[node.input[1]].dims[-1]


def compare(merged, folder, length, side, sot, eot):
    """Largest difference between the halves and the whole, over several shapes, with templates averaged both ways."""
    load = lambda file: ort.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    whole, text, image = load(merged), load(folder / "text.onnx"), load(folder / "image.onnx")
    rng, worst = np.random.default_rng(0), {}
    for pictures, queries, templates in [(1, 1, 1), (1, 12, 1), (2, 5, 1), (3, 4, 7), (1, 300, 1)]:
        ids = np.zeros((pictures * queries * templates, length), np.int64)
        for row in ids:
            n = int(rng.integers(1, length - 1))
            row[0], row[1:n], row[n] = sot, rng.integers(1, sot, n - 1), eot
        mask = (np.cumsum(ids == eot, 1) - (ids == eot) == 0).astype(np.int64)
        pixels = rng.normal(0, 1, (pictures, 3, side, side)).astype(np.float32)
        want = dict(zip(OUTPUTS, whole.run(OUTPUTS, {"input_ids": ids, "attention_mask": mask, "pixel_values": pixels})))
        embeds = text.run(["text_embeds"], {"input_ids": ids, "attention_mask": mask})[0]
        mean = embeds.reshape(pictures, templates, queries, -1).mean(1)                    # of embeddings: not normalised again
        got = dict(zip(OUTPUTS, image.run(OUTPUTS, {"pixel_values": pixels, "query_embeds": mean})))
        want["logits"] = want["logits"].reshape(pictures, -1, templates, queries).mean(2)  # of logits
        worst["|text_embeds| - 1"] = max(worst.get("|text_embeds| - 1", 0), float(np.abs(np.linalg.norm(embeds, axis=1) - 1).max()))
        for name in OUTPUTS:
            expect(want[name].shape == got[name].shape, f"{name} has shape {got[name].shape}, not {want[name].shape}")
            worst[name] = max(worst.get(name, 0), float(np.abs(want[name] - got[name]).max()))
    return worst


def main(merged, folder):
    folder = Path(folder)
    text, image, length, side = split(onnx.load(merged))
    onnx.save(text, str(folder / "text.onnx"))
    onnx.save(image, str(folder / "image.onnx"))
    # Any ids do for the comparison as long as the end of text is the highest: the tower reads its state there.
    vocabulary = max(t.dims[0] for t in text.graph.initializer if "token_embedding" in t.name)
    worst = compare(merged, folder, length, side, vocabulary - 2, vocabulary - 1)
    print("largest differences from the merged model:", worst)
    for name, difference in worst.items():
        expect(difference <= TOLERANCE, f"{name} differs by {difference}, more than {TOLERANCE}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
