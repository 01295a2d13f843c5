"""Who can sign in to the demo, and the heads of the invented applications."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts import people, roles
from accounts.models import User
from municipalities.models import Membership, Municipality

PASSWORD = "demo-inclusion"  # noqa: S105 - published in the README, marked databases only
SINCE = date(2025, 1, 1)

SIGN_INS = (
    # e-mail before @demo.local, full name, language, what for
    ("applicant", "Үлгүбекова Айгүл", "ky", "municipal staff: the head, applies"),
    ("neighbour", "Примерова Анна", "ru", "the head of another municipality"),
    ("member1", "Сыноокулов Бакыт", "ru", "a member of the commission"),
    ("member2", "Мисалиева Назгүл", "ky", "a member of the commission"),
    ("member3", "Образцов Сергей", "ru", "a member of the commission"),
    ("member4", "Ойдонова Бермет", "ky", "a member of the commission"),
    ("chair", "Көрсөтмөев Данияр", "ru", "the chair; scores as the fifth"),
    ("staff", "Долбоорова Чынара", "ru", "project staff: runs seminars and the contest"),
    ("observer", "Пробникова Ольга", "ru", "the donor: aggregated reports"),
    ("admin", "Моделев Иван", "ru", "the administrator"),
)
COMMISSION = ("member1", "member2", "member3", "member4", "chair")


@dataclass
class Cast:
    """The people of the demo, by the word before @demo.local."""

    by_word: dict[str, User]

    def __getitem__(self, word: str) -> User:
        return self.by_word[word]


def make_cast(now: datetime) -> Cast:
    """Make everybody who can sign in, with the roles that groups give."""
    by_word = {}
    for word, full_name, language, _purpose in SIGN_INS:
        by_word[word] = User.objects.create_user(
            email=f"{word}@demo.local", password=PASSWORD, full_name=full_name, language=language
        )
    cast = Cast(by_word)
    admin = cast["admin"]
    admin.is_superuser = True
    people.open_admin(admin)
    admin.save()
    people.give_role(cast["staff"], roles.PROJECT_STAFF, by=admin, now=now, opens_admin=True)
    people.give_role(cast["observer"], roles.OBSERVERS, by=admin, now=now, opens_admin=False)
    return cast


def speak_for(user: User, municipality: Municipality) -> None:
    """Make the person the head of the municipality, unless somebody made them so already."""
    Membership.objects.get_or_create(
        user=user,
        municipality=municipality,
        until=None,
        defaults={"role": Membership.Role.HEAD, "since": SINCE},
    )


def head_of(municipality: Municipality, full_name: str) -> User:
    """Return the person who applies for the municipality; invented heads cannot sign in."""
    present = Membership.objects.filter(municipality=municipality).select_related("user").first()
    if present:
        return present.user
    user = User.objects.create_user(
        email=f"head{municipality.pk}@demo.local", full_name=full_name, language="ky"
    )
    speak_for(user, municipality)
    return user
