from routesim.view.verdict_words import VERDICT_WORDS


def test_a_verdict_is_not_called_possible():
    # A strained report may be held by no draw at all.
    assert not [words for words in VERDICT_WORDS.values() if "possible" in words]
