"""`python -m unittest` in this folder: what training packs is what a conversation is at run time."""

import random
import unittest

import torch
from PIL import Image

import batches
import language
import scenes
from export import processor
from train import Student


class PackingTest(unittest.TestCase):
    def test_a_branch_has_the_logits_of_a_conversation(self):
        torch.manual_seed(5)
        encoder = batches.Encoder()
        student = Student(encoder.tokenizer).eval()
        reader = processor(encoder.tokenizer)
        part, turns = batches.batch("test", 0, 3, encoder)
        with torch.no_grad():
            seen = student.see(batches.normalized(part["pixels"]))
            mask = batches.mask(part["branches"], part["sees"])
            packed = student.logits(student.tell(seen, part["ids"], part["positions"], mask))
            for number, kept in enumerate(turns):
                for messages, end in conversations(kept, part["branches"][number]):
                    image = part["pixels"][number] if kept_sees(messages) else None
                    expected = self.logits_of(student.model, reader, messages, image)
                    length = len(encoder.ids(messages[-1]["content"][0]["text"])) + 1
                    torch.testing.assert_close(
                        packed[number, end - length - 1 : end - 1], expected[-length - 1 : -1], rtol=1e-3, atol=1e-4
                    )

    def logits_of(self, model, reader, messages, image):
        prompt = reader.apply_chat_template(messages)
        images = None if image is None else [Image.fromarray(image.numpy())]
        inputs = reader(text=[prompt], images=images, return_tensors="pt")
        inputs.pop("token_type_ids", None)
        return model(**inputs).logits[0]


def kept_sees(messages):
    return any(part["type"] == "image" for part in messages[0]["content"])


def conversations(kept, branches):
    """Each branch as messages, and where it ends."""
    by_branch = {}
    for turn, begin, end in kept:
        by_branch.setdefault(int(branches[begin]), []).append((turn, end))
    for turns in by_branch.values():
        messages = []
        for turn, end in turns:
            picture = [{"type": "image"}] if turn.sees and not messages else []
            messages.append({"role": "user", "content": [*picture, {"type": "text", "text": turn.question}]})
            messages.append({"role": "assistant", "content": [{"type": "text", "text": turn.answer}]})
        yield messages, turns[-1][1]


class TokenizerTest(unittest.TestCase):
    def setUp(self):
        self.encoder = batches.Encoder()

    def test_texts_come_back(self):
        for text in language.all_texts():
            self.assertEqual(self.encoder.tokenizer.decode(self.encoder.ids(text)), text)

    def test_words_of_pictures_are_spelled(self):
        rng = random.Random(1)
        for text in [language.word(rng) for _ in range(500)] + language.TEXTS["heldOutWords"]:
            self.assertEqual(len(self.encoder.ids(text)), len(text), text)

    def test_a_chinese_character_is_a_token(self):
        for text in language.TEXTS["phrases"] + language.TEXTS["heldOutPhrases"]:
            self.assertEqual(len(self.encoder.ids(text)), len(text), text)


class SceneTest(unittest.TestCase):
    def test_equal_seeds_equal_pictures(self):
        for name in scenes.KINDS:
            first, again = (scenes.scene(random.Random(3), name) for _ in range(2))
            self.assertEqual(first[1].pixels().tobytes(), again[1].pixels().tobytes())
            self.assertEqual([t.answer for t in first[2]], [t.answer for t in again[2]])

    def test_words_of_tests_are_not_trained(self):
        rng = random.Random(2)
        shown = {language.phrase(rng) for _ in range(3000)} | {language.word(rng).lower() for _ in range(3000)}
        self.assertFalse(shown & set(language.TEXTS["heldOutWords"] + language.TEXTS["heldOutPhrases"]))


if __name__ == "__main__":
    unittest.main()
