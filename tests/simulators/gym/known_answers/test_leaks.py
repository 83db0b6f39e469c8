from simulators.gym.known_answers.leaks import leaked


def test_a_word_of_the_value_in_another_form_leaks() -> None:
    assert leaked(["Do you collect glasses?"], "sea glass from the beach")


def test_function_words_and_the_name_do_not_leak() -> None:
    assert not leaked(["Who is with you, Tess?"], "with Tess in the tower", "Tess")
