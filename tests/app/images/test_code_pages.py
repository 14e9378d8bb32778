"""Names in zips that do not say in which code page they are written."""

import pytest

from app.images.code_pages import guess_code_page

NAMES = {
    "gb18030": ["猫咪照片/图片一号.jpg", "狗/一.jpg", "食堂菜品/红烧肉.jpg", "新建文件夹/微信.jpg"],
    "big5": ["貓咪照片/圖片一號.jpg", "狗/一.jpg", "塑膠/1.jpg", "新資料夾/螢幕擷取.png"],
    "cp932": ["ネコ/写真1.jpg", "犬/あ.jpg", "自動車/001.jpg", "不良品/傷.jpg", "ソース/表.jpg"],
    "cp949": ["고양이/사진1.jpg", "개/1.jpg", "자동차/001.jpg", "새 폴더/스크린샷.png"],
    "cp866": ["Кошка/фото1.jpg", "Собака/1.jpg", "Пластик/1.jpg", "Новая папка/Снимок.png"],
    "cp1251": ["Кошка/фото1.jpg", "Собака/1.jpg", "Новая папка/Снимок.png"],
    "cp850": ["Müll/a.jpg", "Café/b.jpg", "Äpfel/c.jpg", "São Paulo/d.jpg", "Größe/ß.jpg", "Århus/e.jpg"],
    "cp1252": ["Müll/a.jpg", "Café/b.jpg", "Äpfel/c.jpg", "São Paulo/d.jpg", "Größe/e.jpg"],
    "cp737": ["Γάτα/a.jpg", "Σκύλος/b.jpg"],
    "cp857": ["Köpek/a.jpg", "İstanbul/b.jpg", "ağaç/c.jpg"],
    "cp862": ["חתול/a.jpg", "כלב/b.jpg"],
    "cp852": ["Łódź/a.jpg", "Kočka/b.jpg", "Žába/c.jpg"],
    "utf-8": ["Café/a.jpg", "猫/b.jpg", "Кот/c.jpg"],
}  # fmt: skip


def readings(page: str, names: list[str]) -> list[str]:
    guessed, _certain = guess_code_page(name.encode(page) for name in names)
    return [name.encode(page).decode(guessed) for name in names]


@pytest.mark.parametrize("page", NAMES)
def test_the_names_of_an_archive_are_read_as_they_were_written(page: str) -> None:
    assert readings(page, NAMES[page]) == NAMES[page]


@pytest.mark.parametrize(
    ("page", "name"),
    [(page, name) for page in ("gb18030", "big5", "cp932", "cp949", "cp866") for name in NAMES[page]],
)
def test_one_name_alone_is_enough_for_the_common_code_pages(page: str, name: str) -> None:
    assert readings(page, [name]) == [name]


@pytest.mark.parametrize(
    ("page", "name"), [("gb18030", "猫/a.jpg"), ("cp866", "ЯБЛОКО/1.jpg"), ("cp1256", "كلب/b.jpg")]
)
def test_a_guess_that_may_well_be_wrong_says_so(page: str, name: str) -> None:
    guessed, certain = guess_code_page([name.encode(page)])
    assert name.encode(page).decode(guessed, "replace") == name or not certain
