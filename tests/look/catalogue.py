"""One page with every component, in Russian or Kyrgyz, for tests and for eyes.

``python -m tests.look.catalogue FOLDER`` writes the pages for a browser to draw.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]

TEXTS = {
    "ru": {
        "title": "Заявка Ак-Дебенского айыл окмоту",
        "caption": "Конкурс 2026 года",
        "lead": "Расскажите, как программа учитывает людей с инвалидностью, женщин, "
        "девочек и мальчиков. Можно писать частями: сохранённое не пропадёт.",
        "progress": "Готово 4 раздела из 11",
        "tasks": "Разделы заявки",
        "aside": "До закрытия",
        "action": "Открыть объявление",
        "table": "Заявки на допуске",
        "answers": "Проверьте ответы",
        "help": "Что такое ПСЭР",
        "weight": "вес 20 из 100",
        "submit": "Подать заявку",
        "save": "Сохранить и выйти",
        "remove": "Отозвать заявку",
        "received": "Заявка принята",
        "number": "Номер заявки",
        "states": [
            "Не начато",
            "Заполняется",
            "Готово",
            "Нужно исправить",
            "Проверяется",
            "Подана",
        ],
        "names": ["Профиль населения", "Программа (ПСЭР)", "Меры инклюзии", "Файлы", "Участие"],
        "headings": ["Муниципалитет", "Район", "Состояние", "Подана", "Балл"],
        "district": "Джети-Огузский район",
        "level": "Участие людей с инвалидностью",
        "levels": [
            "Об участии ничего не сказано",
            "Участие названо, но без дат и людей",
            "Была одна встреча, группы не названы",
            "Встречи были, две группы из списка участвовали",
            "Встречи в удобных местах, предложения записаны",
            "Предложения вошли в меры, людям ответили, есть протоколы",
        ],
        "fields": {
            "name": ("Название программы", "Так, как в постановлении кенеша"),
            "vision": ("Видение", "До 2000 знаков. Чем айыл окмоту станет через пять лет?"),
            "women": ("Женщин, человек", "По данным на 1 января"),
            "group": ("Группа", "Кому мера помогает прежде всего"),
            "sex": ("Пол", ""),
            "days": ("Дни участия", "Отметьте все"),
            "file": ("Постановление кенеша", "PDF или фото, до 10 МБ"),
            "email": ("Электронная почта", "Если есть"),
            "consent": ("Согласен на обработку персональных данных", ""),
        },
    },
    "ky": {
        "title": "Ак-Дөбө айыл өкмөтүнүн табыштамасы",
        "caption": "2026-жылдын сынагы",
        "lead": "Программа ден соолугунун мүмкүнчүлүгү чектелген адамдарды, аялдарды, кыздарды "
        "жана балдарды кандай эске алганын жазыңыз. Бөлүп-бөлүп жазса болот: сакталганы жоголбойт.",
        "progress": "11 бөлүмдүн 4ү даяр",
        "tasks": "Табыштаманын бөлүмдөрү",
        "aside": "Жабылганга чейин",
        "action": "Кулактандырууну ачуу",
        "table": "Кабыл алуудагы табыштамалар",
        "answers": "Жоопторду текшериңиз",
        "help": "СЭӨП деген эмне",
        "weight": "салмагы 100дөн 20",
        "submit": "Табыштаманы тапшыруу",
        "save": "Сактоо жана чыгуу",
        "remove": "Табыштаманы кайтарып алуу",
        "received": "Табыштама кабыл алынды",
        "number": "Табыштаманын номери",
        "states": [
            "Баштала элек",
            "Толтурулууда",
            "Даяр",
            "Оңдоо керек",
            "Текшерилүүдө",
            "Тапшырылды",
        ],
        "names": [
            "Калктын курамы",
            "Программа (СЭӨП)",
            "Инклюзия чаралары",
            "Файлдар",
            "Катышуу",
        ],
        "headings": ["Муниципалитет", "Район", "Абалы", "Тапшырылган күнү", "Упай"],
        "district": "Жети-Өгүз району",
        "level": "Мүмкүнчүлүгү чектелген адамдардын катышуусу",
        "levels": [
            "Катышуу жөнүндө эч нерсе айтылган эмес",
            "Катышуу аталган, бирок күнү да, адамдар да жок",
            "Бир жолугушуу болгон, топтор аталган эмес",
            "Жолугушуулар болгон, тизмедеги эки топ катышкан",
            "Жолугушуулар ыңгайлуу жерде өткөн, сунуштар жазылган",
            "Сунуштар чараларга кирген, адамдарга жооп берилген, протоколдор бар",
        ],
        "fields": {
            "name": ("Программанын аталышы", "Кеңештин токтомундагыдай"),
            "vision": (
                "Көз караш",
                "2000 белгиге чейин. Беш жылдан кийин айыл өкмөтү кандай болот?",
            ),
            "women": ("Аялдар, адам", "1-январга карата"),
            "group": ("Топ", "Чара баарынан мурда кимге жардам берет"),
            "sex": ("Жынысы", ""),
            "days": ("Катышкан күндөрү", "Баарын белгилеңиз"),
            "file": ("Кеңештин токтому", "PDF же сүрөт, 10 МБ чейин"),
            "email": ("Электрондук почта", "Болсо"),
            "consent": ("Жеке маалыматты иштетүүгө макулмун", ""),
        },
    },
}
TONES = ["neutral", "progress", "success", "danger", "info", "success"]


def make_form(language: str, data: Any = None) -> forms.Form:
    """Return a form with every kind of control; bound when there is data."""
    words = TEXTS[language]["fields"]

    def said(name: str) -> dict[str, str]:
        return {"label": words[name][0], "help_text": words[name][1]}

    groups = [("", "—"), ("disability", words["group"][0]), ("women", words["women"][0])]

    class EveryControl(forms.Form):
        name = forms.CharField(**said("name"))
        vision = forms.CharField(widget=forms.Textarea, **said("vision"))
        women = forms.IntegerField(min_value=0, **said("women"))
        group = forms.ChoiceField(choices=groups, **said("group"))
        sex = forms.ChoiceField(widget=forms.RadioSelect, choices=groups[1:], **said("sex"))
        days = forms.MultipleChoiceField(
            widget=forms.CheckboxSelectMultiple, choices=groups[1:], **said("days")
        )
        file = forms.FileField(**said("file"))
        email = forms.EmailField(required=False, **said("email"))
        consent = forms.BooleanField(**said("consent"))

    return EveryControl(data)


def make_rows(language: str, data: Any = None) -> Any:
    """Return a formset of two rows with a name and a number."""
    words = TEXTS[language]["fields"]

    class Row(forms.Form):
        name = forms.CharField(label=words["name"][0])
        women = forms.IntegerField(label=words["women"][0], required=False)

    return forms.formset_factory(Row, extra=2)(data, prefix="rows")


def make_scale(language: str, data: Any = None) -> forms.Form:
    """Return a form with one criterion of the rubric."""
    text = TEXTS[language]
    choices = list(enumerate(text["levels"]))

    class Scale(forms.Form):
        level = forms.TypedChoiceField(
            label=text["level"], widget=forms.RadioSelect, choices=choices, coerce=int
        )

    return Scale(data, initial={"level": 3})


class Person:
    """Someone who is signed in, invented."""

    is_authenticated = True

    def __str__(self) -> str:
        return "Асанова Айгүл Тестовна"


def context(language: str, *, errors: bool = False) -> dict[str, Any]:
    """Return what the catalogue shows; with errors, as after a refused form."""
    text = TEXTS[language]
    data = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "2", "women": "-5", "email": "a@"}
    sent = data if errors else None
    form, rows, scale = (make(language, sent) for make in (make_form, make_rows, make_scale))
    filters = make_form(language)
    for name in ("vision", "sex", "days", "file", "consent", "email"):
        del filters.fields[name]
    filters.hide_optional = True
    filters.prefix = "filter"
    states = list(zip(text["states"], TONES, strict=True))
    query = QueryDict("district=3&page=4")
    return {
        "t": text,
        "navigation": [
            {"url": "/", "label": text["tasks"], "current": True},
            {"url": "/a", "label": text["answers"]},
            {"url": "/b", "label": text["headings"][1]},
        ],
        "breadcrumbs": [{"url": "/", "label": text["caption"]}, {"label": text["title"]}],
        "footer_links": [{"url": "/", "label": text["answers"]}],
        "messages": [Message(25, text["received"]), Message(40, text["states"][3])],
        "user": Person(),
        "form": form,
        "row_forms": rows,
        "scale": scale,
        "forms": [form, rows, scale],
        "filter_form": filters,
        "closes_at": datetime(2026, 3, 31, 12, tzinfo=UTC),
        "steps": [
            {"label": text["names"][0], "state": "done", "url": "/"},
            {"label": text["names"][1], "state": "current"},
            {"label": text["names"][2], "state": "todo"},
        ],
        "tasks": [
            {
                "label": name,
                "url": f"/{number}",
                "status": state,
                "tone": tone,
                "hint": text["lead"] if number == 1 else "",
            }
            for number, (name, (state, tone)) in enumerate(zip(text["names"], states, strict=False))
        ],
        "tiles": [
            {"value": 47, "label": text["table"], "url": "/"},
            {"value": "87,50", "label": text["headings"][4], "hint": text["weight"]},
            {"value": 6, "label": text["headings"][1]},
        ],
        "headings": [
            {"label": label, "numeric": position == 4}
            for position, label in enumerate(text["headings"])
        ],
        "rows": [
            [
                {"text": f"{text['title']} {number}", "url": "/"},
                {"text": text["district"]},
                {"text": state, "tone": tone},
                {"text": "12.03.2026"},
                {"text": "87,50"},
            ]
            for number, (state, tone) in enumerate(states)
        ],
        "page": Paginator(range(240), 20).page(4),
        "query": query,
        "answers": [
            {"term": text["fields"]["name"][0], "value": text["title"], "url": "/"},
            {
                "term": text["fields"]["vision"][0],
                "value": f"{text['lead']}\n\n{text['lead']}",
                "url": "/",
            },
            {"term": text["fields"]["women"][0], "value": 0, "url": "/"},
            {"term": text["fields"]["email"][0], "value": "", "url": "/"},
        ],
    }


def page(language: str, *, errors: bool = False) -> str:
    """Return the whole catalogue as a page."""
    source = (ROOT / "tests/look/catalogue.html").read_text()
    with translation.override(language):
        return Template(source).render(Context(context(language, errors=errors)))


def write(folder: Path) -> list[Path]:
    """Write the pages with addresses of files instead of the server's; return their paths."""
    paths = []
    for language in TEXTS:
        for errors in (False, True):
            path = folder / f"catalogue-{language}{'-errors' if errors else ''}.html"
            html = page(language, errors=errors)
            path.write_text(html.replace('"/static/', f'"{(ROOT / "static").as_uri()}/'))
            paths.append(path)
    return paths


if __name__ == "__main__":
    import django

    django.setup()
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    write(target)
