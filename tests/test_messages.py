"""Every string for people has its Russian and Kyrgyz, and the compiled files are fresh."""

from django.core.management import call_command


def test_no_string_is_without_russian_and_kyrgyz() -> None:
    call_command("messages", check=True)
