from persona_sdk.seeds import derived


def test_each_path_has_its_own_seed() -> None:
    paths = [("a", i, j) for i in range(30) for j in range(30)]
    seeds = {derived(7, *path) for path in paths}
    assert len(seeds) == len(paths)
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_another_root_changes_every_branch() -> None:
    assert derived(1, "a") != derived(2, "a")
