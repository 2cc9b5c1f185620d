#!/usr/bin/env bash
# Mesa's llvmpipe, a Vulkan driver in software, unpacked into a folder: nothing is installed. For tests of the webgpu backend on machines without a GPU.
# Debian 12's own Mesa (22) is too old for Dawn: it comes from backports. Needs apt and Debian's mirror.
#
#   tests/conformance/softwareVulkan.sh out/software-vulkan
#   LD_LIBRARY_PATH=out/software-vulkan/lib VK_ICD_FILENAMES=out/software-vulkan/driver.json node ...
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
[ -f "$folder/driver.json" ] && exit 0
command -v apt-get > /dev/null || { echo 'softwareVulkan: this needs apt-get (Debian); elsewhere set VK_ICD_FILENAMES to a Vulkan driver' >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs" "$work/root"
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
for suite in "$release" "$release-backports"; do echo "deb http://deb.debian.org/debian $suite main"; done > "$work/sources.list"
cat > "$work/apt.conf" << END
Dir::Etc::SourceList "$work/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$work/lists";
Dir::Cache "$work/cache";
APT::Sandbox::User "root";
END
export APT_CONFIG="$work/apt.conf"
apt-get update -qq
cd "$work/debs"
apt-get download -qq "mesa-vulkan-drivers/$release-backports" "libdrm2/$release-backports" libvulkan1
for deb in *.deb; do dpkg-deb -x "$deb" "$work/root"; done
# What llvmpipe links to and a slim system may lack.
missing=$(LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu" ldd "$work"/root/usr/lib/*/libvulkan_lvp.so | sed -n 's/^\s*\(\S*\) => not found/\1/p')
if [ -n "$missing" ]; then
  apt-get download -qq libllvm15 libxcb1 libx11-xcb1 libxcb-dri3-0 libxcb-present0 libxcb-randr0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxshmfence1 libwayland-client0 libxau6 libxdmcp6 libedit2 libbsd0 libmd0 libelf1 libsensors5 libdrm-amdgpu1 || true
  for deb in *.deb; do dpkg-deb -x "$deb" "$work/root"; done
fi
mkdir -p "$folder/lib"
cp -a "$work"/root/usr/lib/x86_64-linux-gnu/*.so* "$folder/lib/"
rm -f "$folder"/lib/libvulkan_{intel,intel_hasvk,radeon,virtio,gfxstream}.so
echo "{\"file_format_version\": \"1.0.0\", \"ICD\": {\"api_version\": \"1.4.0\", \"library_path\": \"$folder/lib/libvulkan_lvp.so\"}}" > "$folder/driver.json"
