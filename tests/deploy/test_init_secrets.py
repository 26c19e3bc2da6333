"""Secrets are made once, shown never, and never put under data that were made without them."""

from deploy.init_secrets import add, known, main


def test_a_new_installation_gets_all_of_them_in_a_file_of_its_owner(tmp_path, capsys):
    assert main(tmp_path) == 0
    path = tmp_path / ".env"
    names = {
        "SECRET_KEY", "POSTGRES_PASSWORD", "METRICS_TOKEN", "FIELD_ENCRYPTION_KEYS", "LOOKUP_KEY", "JWT_SIGNING_KEY",
    }  # fmt: skip
    assert known(path.read_text()) == names
    assert path.stat().st_mode & 0o777 == 0o600
    values = [line.partition("=")[2] for line in path.read_text().splitlines()]
    assert len(set(values)) == len(names)
    assert all(len(value) >= 50 for value in values)
    said = capsys.readouterr().out
    assert all(name in said for name in names)
    assert not any(value in said for value in values)


def test_nothing_is_ever_replaced(tmp_path):
    path = tmp_path / ".env"
    add(path)
    before = path.read_text()
    assert add(path) == []
    assert path.read_text() == before


def test_keys_that_were_derived_so_far_are_not_made(tmp_path, capsys):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=old-one\nPOSTGRES_PASSWORD=x\n#METRICS_TOKEN=\nLOOKUP_KEY=")
    assert main(tmp_path) == 0
    assert path.read_text().startswith("SECRET_KEY=old-one\nPOSTGRES_PASSWORD=x\n")
    assert "\nMETRICS_TOKEN=" in path.read_text()
    assert "FIELD_ENCRYPTION_KEYS was left alone" in capsys.readouterr().out
    assert "FIELD_ENCRYPTION_KEYS" not in path.read_text()


def test_a_folder_that_cannot_be_written_is_said(tmp_path, capsys):
    assert main(tmp_path / "none") == 1
    assert "cannot be written" in capsys.readouterr().err
