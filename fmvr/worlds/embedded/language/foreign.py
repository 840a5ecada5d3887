"""Sentences of other languages and of none: the model is to say that it cannot tell."""

from random import Random

from fmvr.worlds.embedded.language.grammar import parse, say, wordings

# In the notation of `grammar`; a language marked with ~ is kept for the test, as are marked parts.
_SENTENCES = {
    "german": [
        "wo ist (der hund|die katze|der ball|das auto|der baum|das haus|der fisch|die blume|~der apfel)",
        "wie viele (hunde|katzen|autos|dinge|tiere|kreise|bäume|~äpfel) (gibt es|siehst du|sind da|sind auf dem bild)",
        "welche farbe hat (der ball|der kreis|das quadrat|das schild|der ring|das dreieck)",
        "was (siehst du|ist das|ist auf dem bild|ist oben links|steht auf dem schild|ist neben dem hund) [bitte]",
        "gibt es (einen hund|eine katze|ein auto|tiere|früchte) [auf dem bild|hier]",
        "ist (der hund|die katze|der kreis) (links|rechts|rot|groß|oben) [von der katze|vom haus]",
        "(beschreibe|zeige) [mir] das bild [bitte]",
        "(wie spät ist es|wer hat das gemalt|ich verstehe nicht|kannst du deutsch|guten tag|danke schön)",
    ],
    "french": [
        "où (est|se trouve) (le chien|le chat|la voiture|la maison|le poisson|la fleur|~la pomme)",
        "combien de (chiens|chats|voitures|choses|cercles|animaux|nombres) (y a-t-il|vois-tu|sont là)",
        "(de quelle couleur|quelle couleur) est (le cercle|la balle|le carré|le panneau|l'anneau)",
        "(que vois-tu|qu'est-ce que c'est|qu'est-ce qu'il y a sur l'image|qu'est-ce qui est en haut à gauche)",
        "(y a-t-il|est-ce qu'il y a) (un chien|un chat|une voiture|des animaux|des fruits) [sur l'image|ici]",
        "(décris|montre-moi) (l'image|la photo) [s'il te plaît]",
        "(quelle heure est-il|qui a peint ça|je ne comprends pas|bonjour|merci beaucoup|parles-tu français)",
    ],
    "spanish": [
        "dónde está (el perro|el gato|el coche|la casa|el pez|la flor|~la manzana)",
        "cuántos (perros|gatos|coches|objetos|círculos|animales|números) (hay|ves|puedes ver) [en la imagen|aquí]",
        "de qué color es (el círculo|la pelota|el cuadrado|el letrero|el anillo)",
        "(qué ves|qué es esto|qué hay en la imagen|qué hay arriba a la izquierda|qué dice el letrero)",
        "hay (un perro|un gato|un coche|animales|frutas) [en la imagen|aquí]",
        "(describe|muéstrame) (la imagen|la foto) [por favor]",
        "(qué hora es|quién pintó esto|no entiendo|buenos días|muchas gracias|hablas español)",
    ],
    "italian": [
        "dov'è (il cane|il gatto|la macchina|la casa|il pesce|il fiore|~la mela)",
        "quanti (cani|gatti|oggetti|cerchi|animali|numeri) (ci sono|vedi) [nell'immagine|qui]",
        "di che colore è (il cerchio|la palla|il quadrato|il cartello|l'anello)",
        "(cosa vedi|che cos'è|cosa c'è nell'immagine|cosa c'è in alto a sinistra)",
        "c'è (un cane|un gatto|una macchina) [nell'immagine|qui]",
        "(che ore sono|chi l'ha dipinto|non capisco|buongiorno|grazie mille|descrivi la foto)",
    ],
    "portuguese": [
        "onde está (o cachorro|o gato|o carro|a casa|o peixe|a flor)",
        "quantos (cachorros|gatos|carros|objetos|animais|números) (há|você vê|existem) [na imagem|aqui]",
        "(qual é a cor|de que cor é) (do círculo|da bola|o quadrado|a placa)",
        "(o que você vê|o que é isso|que horas são|bom dia|muito obrigado|descreva a imagem)",
    ],
    "dutch": [
        "waar is (de hond|de kat|de auto|het huis|de vis|de bloem)",
        "hoeveel (honden|katten|dingen|cirkels|dieren) (zijn er|zie je) [op de foto|hier]",
        "welke kleur heeft (de cirkel|de bal|het vierkant|het bord)",
        "(wat zie je|wat is dit|hoe laat is het|goedemorgen|dank je wel|beschrijf de foto)",
    ],
    "polish": [
        "gdzie jest (pies|kot|samochód|dom)",
        "ile (psów|kotów|rzeczy) (jest|widzisz)",
        "(co widzisz|co to jest|dzień dobry)",
    ],
    "swedish": [
        "var är (hunden|katten|bilen|huset)",
        "hur många (hundar|katter|saker) (finns det|ser du)",
        "(vad ser du|vad är det|god morgon)",
    ],
    "turkish": [
        "(köpek|kedi|araba|ev) nerede",
        "kaç (köpek|kedi|şey) var",
        "(ne görüyorsun|bu ne|günaydın|teşekkürler)",
    ],
    "latin": [
        "ubi est (canis|felis|domus|arbor)",
        "quot (canes|feles|res) (sunt|vides)",
        "(quid vides|quid est hoc|salve)",
    ],
    "russian": [
        "где (собака|кошка|машина|дом)",
        "сколько (собак|кошек|предметов) (здесь|ты видишь)",
        "(что ты видишь|что это|привет|который час)",
    ],
    "greek": [
        "πού είναι (ο σκύλος|η γάτα|το σπίτι)",
        "πόσα (πράγματα|ζώα) (υπάρχουν|βλέπεις)",
        "(τι βλέπεις|καλημέρα)",
    ],
    "chinese": ["(狗|猫|车|房子)在哪里", "有多少(只狗|只猫|个东西)", "(你看到什么|这是什么|你好|现在几点)"],
    "japanese": [
        "(犬|猫|車|家)はどこですか",
        "(犬|猫|物)はいくつありますか",
        "(何が見えますか|これは何ですか|こんにちは)",
    ],
    "arabic": ["أين (الكلب|القط|السيارة|البيت)", "كم عدد (الكلاب|القطط|الأشياء)", "(ماذا ترى|ما هذا|مرحبا)"],
}
_KEPT_LANGUAGES = {"dutch", "greek"}
_LANGUAGES = {name: [parse(text, {}) for text in texts] for name, texts in _SENTENCES.items()}
_KEYS = ("asdf", "qwer", "jkl", "zxcv", "hjkl", "lkj", "fgh", "uiop", "sdf", "wer", "bnm")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sentence(rng: Random, keen: float) -> tuple[str, str, bool]:
    """A sentence of another language, its wording, and whether training never says it (see `grammar.say`)."""
    names = [n for n in _LANGUAGES if keen or n not in _KEPT_LANGUAGES]
    weights = [len(_LANGUAGES[n]) * (keen if n in _KEPT_LANGUAGES else 1) for n in names]
    name = rng.choices(names, weights)[0]
    parts = _LANGUAGES[name][int(rng.random() * len(_LANGUAGES[name]))]
    words, kept = say(parts, rng, keen)
    join = "" if name in ("chinese", "japanese") else " "
    text = join.join(words)
    return text, f"{name}: {text}", kept or name in _KEPT_LANGUAGES


def gibberish(rng: Random) -> str:
    """What comes out of a cat on the keyboard, or of an idle visitor."""
    look = rng.random()
    if look < 0.35:
        return "".join(rng.choices(_KEYS, k=1 + int(rng.random() * 4)))
    if look < 0.6:
        return " ".join(
            "".join(rng.choices(_LETTERS, k=2 + int(rng.random() * 7))) for _ in range(1 + int(rng.random() * 5))
        )
    if look < 0.75:
        return "".join(rng.choices("?!.,;:-_#*()=/&%$", k=1 + int(rng.random() * 6)))
    if look < 0.9:
        return rng.choice(_LETTERS) * (1 + int(rng.random() * 8))
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789 ?!", k=3 + int(rng.random() * 15))).strip() or "?"


def count_sentences() -> int:
    """How many sentences of other languages there are."""
    return sum(len(set(wordings(parts))) for texts in _LANGUAGES.values() for parts in texts)
