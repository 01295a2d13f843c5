"""Invented people: surnames made of the words for sample, trial and example."""

from random import Random

SURNAMES = (
    "Үлгүбеков",
    "Сыноокулов",
    "Мисалиев",
    "Долбооров",
    "Каралаев",
    "Көрсөтмөев",
    "Ойдонов",
    "Примеров",
    "Образцов",
    "Пробников",
    "Эскизов",
    "Моделев",
)
STEMS = ("Үлгү", "Сыноо", "Мисал", "Көргөзмө")
WOMEN = (
    "Айгүл",
    "Айнура",
    "Бермет",
    "Гүлзат",
    "Жылдыз",
    "Каныкей",
    "Мээрим",
    "Назгүл",
    "Нургүл",
    "Салтанат",
    "Чынара",
    "Эльмира",
    "Анна",
    "Ольга",
)
MEN = (
    "Азамат",
    "Бакыт",
    "Болот",
    "Данияр",
    "Жеңиш",
    "Кубанычбек",
    "Мирлан",
    "Нурлан",
    "Өмүрбек",
    "Талант",
    "Улан",
    "Эрлан",
    "Иван",
    "Сергей",
)


def invent(random: Random, sex: str) -> str:
    """Return a full name; every fourth has the form «Үлгү уулу Бакыт», without a surname."""
    given = random.choice(WOMEN if sex == "f" else MEN)
    if random.random() < 0.25:
        return f"{random.choice(STEMS)} {'кызы' if sex == 'f' else 'уулу'} {given}"
    return f"{random.choice(SURNAMES)}{'а' if sex == 'f' else ''} {given}"


def invent_phone(random: Random) -> str:
    """Return a number of the form 0312 0…, which no subscriber has."""
    return f"+9963120{random.randrange(10**5):05d}"
