"""The truth is checked before anything is measured against it."""

import unittest

import numpy as np

import compare_noise
import noisy
import split
import syllables
import voice
from sound import RATE

KNOWN = {
    "en": {"representative": 5, "please": 1, "voicemail": 2, "disconnected": 4, "PBX": 3, "press 7": 3},
    "es": {"conferencia": 4, "línea": 3, "siguiente": 3, "aquí": 2, "ahora": 3, "usuario": 3, "hay": 1, "día": 2},
    "fr": {"veuillez": 2, "conférence": 3, "réessayer": 4, "appuyez": 3, "d'urgent": 2, "entrent": 1, "client": 2, "maintenant": 3},
    "it": {"segnale": 3, "mio": 2, "ciascuno": 3, "chiamata": 3, "segreteria": 5, "qualcuno": 3, "più": 1, "funzione": 3},
    "ru": {"конференция": 5, "в": 0, "нажмите": 3},
}


class Syllables(unittest.TestCase):
    def test_words_whose_syllables_are_known_are_counted_right(self):
        for language, words in KNOWN.items():
            for word, count in words.items():
                with self.subTest(language=language, word=word):
                    self.assertEqual(syllables.count(word, language) or 0, count)

    def test_a_text_that_can_be_read_in_several_ways_has_no_count(self):
        for text in ("dial 500 now", "press # to exit", "sar? esattamente"):
            self.assertIsNone(syllables.count(text, "en"))

    def test_notes_that_nobody_reads_aloud_are_not_counted(self):
        self.assertEqual(syllables.count("Hello [beep] there (softly)", "en"), 3)


class Split(unittest.TestCase):
    def test_the_hash_gives_the_published_values(self):
        self.assertEqual(split.fnv1a(""), 0x811C9DC5)
        self.assertEqual(split.fnv1a("foobar"), 0xBF9CF968)


class Noise(unittest.TestCase):
    def test_labels_follow_a_silence_that_was_put_in(self):
        spoken = np.sin(np.arange(RATE) * 0.3)
        labels = noisy.label(np.concatenate([spoken, np.zeros(RATE // 2), spoken]))
        self.assertAlmostEqual(np.sum(~labels[100:150]), 50, delta=3)
        self.assertTrue(labels[:98].all() and labels[152:].all())

    def test_pauses_match_when_they_mostly_cover_the_same_time(self):
        labels = np.repeat([True, False, True, False, True], [100, 40, 100, 22, 100])
        told_strict, told_loose, told, true_strict, true, _, _ = compare_noise.pause_counts([(1.02, 1.39), (2.38, 2.64)], labels)
        self.assertEqual((told_strict, told_loose, told, true_strict, true), (1, 2, 2, 1, 1))


class Voice(unittest.TestCase):
    def test_a_made_voice_has_the_period_of_its_pitch(self):
        sound = voice.voiced(np.full(RATE, 160.0), ["a"])
        self.assertLess(np.max(np.abs(sound[100:1000] - sound[200:1100])), 1e-6 * np.max(np.abs(sound)))


if __name__ == "__main__":
    unittest.main()
