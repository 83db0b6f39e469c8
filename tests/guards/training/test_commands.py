import pytest

from guards.training import calibrate, export, train


@pytest.mark.parametrize("command", [train.main, calibrate.main])
def test_a_missing_data_folder_is_one_clear_error(command, tmp_path, capsys):
    (tmp_path / "w").mkdir()
    assert command(["--data", str(tmp_path / "nowhere")]) == 2
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert told.startswith("error: no data file") and "--data" in told


def test_an_export_without_a_checkpoint_says_train_first(tmp_path, capsys):
    assert export.main(["--run", str(tmp_path), "--out", str(tmp_path / "w")]) == 2
    assert "train first" in capsys.readouterr().err


def test_an_export_is_told_where_to_write(tmp_path, capsys):
    with pytest.raises(SystemExit):
        export.main(["--run", str(tmp_path), "--precision", "float32"])
    assert "one of the arguments --out --hf is required" in capsys.readouterr().err


def test_senseless_minutes_are_refused(tmp_path, capsys):
    assert train.main(["--data", str(tmp_path), "--minutes", "0"]) == 2
    assert "minutes must be above 0" in capsys.readouterr().err
