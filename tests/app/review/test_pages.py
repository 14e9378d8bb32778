"""Pages of a review: handed out, confirmed, corrected, and given back."""

from collections.abc import Callable
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import now, write_session
from app.core.models import Annotation, Image, ReviewPage
from tests.app.labelling_factory import Labelling
from tests.app.review.conftest import API, confirm, pages, shown, undo, waiting_for
from tests.app.review.fitting import Model, labels_of, pool_of

Start = Callable[..., str]


def test_a_page_shows_what_the_model_calls_the_same(
    anna: TestClient, made: Labelling, model: Model, review: str
) -> None:
    (page,) = pages(anna, review)
    called = {made.categories[model.calls[image]] for image in shown(page)}
    assert called == {page["category_id"]}
    assert [image["guess"] for image in page["images"]] == [page["category_id"]] * 4
    assert [image["confidence"] for image in page["images"]] == [0.9] * 4
    assert not page["labelled"]


def test_confirming_labels_the_page_with_its_corrections(
    anna: TestClient, made: Labelling, review: str
) -> None:
    (page,) = pages(anna, review)
    odd, broken, left, plain = shown(page)
    answers = {"answers": {odd: made.categories[2]}, "unusable": {broken: "broken"}, "left": [left]}
    answer = confirm(anna, review, page, seconds=8, **answers).json()
    assert answer == {"id": page["id"], "labels": 2, "corrections": 2, "kept": []}
    assert labels_of(made) == {odd: (made.categories[2], "review"), plain: (page["category_id"], "review")}
    known = anna.get(f"{API}/images/{broken}").json()
    assert (known["excluded"], anna.get(f"{API}/images/{left}").json()["excluded"]) == ("broken", None)
    after = anna.get(f"{API}/reviews/{review}").json()
    assert (after["seen"], after["left"], after["pages"], after["labels"], after["corrections"]) == (
        2,
        21,
        1,
        2,
        2,
    )


def test_the_same_key_confirms_once(anna: TestClient, made: Labelling, review: str) -> None:
    (page,) = pages(anna, review)
    first, again = (confirm(anna, review, page, key="k").json() for _ in range(2))
    assert first == again
    assert len(labels_of(made)) == 4
    assert confirm(anna, review, page).status_code == 409


def test_a_reload_has_the_same_page_and_another_tab_another_one(anna: TestClient, review: str) -> None:
    first, again, other = (pages(anna, review, holder=tab)[0] for tab in ("one", "one", "two"))
    assert first["id"] == again["id"]
    assert not set(shown(first)) & set(shown(other))


def test_a_page_is_cut_to_the_screen_and_the_rest_is_the_next_one(
    anna: TestClient, ben: TestClient, review: str
) -> None:
    (narrow,), (rest,) = pages(anna, review, size=3), pages(ben, review)
    assert (len(shown(narrow)), len(shown(rest))) == (3, 1)
    assert narrow["category_id"] == rest["category_id"]


def test_a_page_given_back_is_anyones(anna: TestClient, ben: TestClient, review: str) -> None:
    (page,) = pages(anna, review, holder="tab")
    body = f'{{"page_ids": ["{page["id"]}"], "holder": "tab"}}'
    headers = {"Content-Type": "text/plain"}
    assert (
        anna.post(f"{API}/reviews/{review}/pages/release", content=body, headers=headers).status_code == 204
    )
    assert pages(ben, review)[0]["id"] == page["id"]
    assert confirm(anna, review, page).status_code == 409


def test_a_page_left_alone_too_long_is_handed_to_others_and_is_late_then(
    anna: TestClient, ben: TestClient, made: Labelling, review: str
) -> None:
    (page,) = pages(anna, review)
    with write_session() as session:
        session.execute(update(ReviewPage).values(expires_at=now() - timedelta(seconds=1)))
        session.execute(update(ReviewPage).where(ReviewPage.id != page["id"]).values(position=99))
    assert pages(ben, review)[0]["id"] == page["id"]
    assert confirm(anna, review, page).status_code == 409
    assert labels_of(made) == {}


def test_a_page_that_nobody_took_over_may_be_confirmed_late(
    anna: TestClient, made: Labelling, review: str
) -> None:
    (page,) = pages(anna, review)
    with write_session() as session:
        session.execute(update(ReviewPage).values(expires_at=now() - timedelta(seconds=1)))
    assert confirm(anna, review, page).status_code == 200
    assert len(labels_of(made)) == 4


def test_what_was_labelled_or_deleted_meanwhile_stays_so(
    anna: TestClient, olga: TestClient, made: Labelling, review: str
) -> None:
    (page,) = pages(anna, review)
    labelled, deleted, *rest = shown(page)
    olga.put(f"{API}/images/{labelled}/annotation", json={"category_id": made.categories[2]})
    assert olga.delete(f"{API}/images/{deleted}").status_code == 204
    answer = confirm(anna, review, page).json()
    assert {each["image_id"] for each in answer["kept"]} == {labelled, deleted}
    assert labels_of(made) == {
        labelled: (made.categories[2], "indicator"),
        **dict.fromkeys(rest, (page["category_id"], "review")),
    }


def test_a_page_has_nothing_that_was_labelled_or_excluded_before_it_was_handed_out(
    anna: TestClient, olga: TestClient, made: Labelling, review: str
) -> None:
    pool = pool_of(made)
    for image in pool[:8]:
        olga.put(f"{API}/images/{image}/annotation", json={"category_id": made.categories[0]})
    with write_session() as session:
        session.execute(update(Image).where(Image.id.in_(pool[8:12])).values(excluded="not_in_list"))
    handed = [image for page in pages(anna, review, count=4) for image in shown(page)]
    assert handed
    assert not set(handed) & set(pool[:12])


def test_a_weak_label_is_replaced_and_stands_again_after_undo(
    anna: TestClient, made: Labelling, review: str
) -> None:
    (page,) = pages(anna, review)
    weak = shown(page)[0]
    ids = {"project_id": made.project_id, "image_id": weak, "category_id": made.categories[2]}
    with write_session() as session:
        session.add(Annotation(**ids, kind="weak"))
    assert confirm(anna, review, page).json()["labels"] == 4
    assert labels_of(made)[weak] == (page["category_id"], "review")
    undone = undo(anna, review, page).json()
    assert (undone["withdrawn"], undone["page"]["id"]) == (4, page["id"])
    known = anna.get(f"{API}/images/{weak}").json()
    assert (known["kind"], known["category_id"]) == ("weak", made.categories[2])


def test_a_page_is_undone_as_one_but_for_what_somebody_changed(
    anna: TestClient, olga: TestClient, made: Labelling, review: str
) -> None:
    (page,) = pages(anna, review)
    changed, broken, *rest = shown(page)
    confirm(anna, review, page, unusable={broken: "broken"})
    body, headers = {"category_id": made.categories[2]}, {"If-Match": '"1"'}
    assert olga.put(f"{API}/images/{changed}/annotation", json=body, headers=headers).status_code == 200
    mine = anna.get(f"{API}/reviews/{review}/my-pages").json()["items"]
    assert [each["id"] for each in mine] == [page["id"]]
    undone = undo(anna, review, page, holder="tab").json()
    assert (undone["withdrawn"], undone["changed"]) == (3, [changed])
    assert shown(undone["page"]) == [broken, *rest]
    assert labels_of(made) == {changed: (made.categories[2], "review")}
    assert anna.get(f"{API}/images/{broken}").json()["excluded"] is None
    assert undo(anna, review, page).status_code == 404
    assert pages(anna, review, holder="tab")[0]["id"] == page["id"]


def test_a_page_of_somebody_else_is_not_taken_back(anna: TestClient, ben: TestClient, review: str) -> None:
    (page,) = pages(anna, review)
    confirm(anna, review, page)
    assert undo(ben, review, page).status_code == 404


def test_an_archived_category_has_to_be_named_anew_and_a_merged_one_counts_as_the_other(
    anna: TestClient, olga: TestClient, made: Labelling, review: str
) -> None:
    (page,) = pages(anna, review)
    first, second, third = made.categories
    other = second if page["category_id"] == first else first
    olga.patch(f"{API}/categories/{third}", json={"archived": True})
    refused = confirm(anna, review, page, default=third)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "default")
    olga.post(f"{API}/categories/{page['category_id']}/merge", json={"into": other})
    assert confirm(anna, review, page).json()["corrections"] == 0
    assert {category for category, _ in labels_of(made).values()} == {other}


def test_without_a_category_nothing_is_given_but_what_is_named(
    anna: TestClient, made: Labelling, start: Start, model: Model
) -> None:
    model.no_category = True
    review = start(mode="far")
    (page,) = pages(anna, review)
    assert page["category_id"] is None
    named = shown(page)[1]
    answer = confirm(anna, review, page, answers={named: made.categories[2]}).json()
    assert (answer["labels"], answer["corrections"]) == (1, 0)
    assert list(labels_of(made)) == [named]


def test_a_category_that_is_made_meanwhile_is_learned(
    anna: TestClient, olga: TestClient, made: Labelling, start: Start, model: Model
) -> None:
    model.no_category = True
    review = start(mode="far", refit_every=1)
    fresh = olga.post(f"{API}/projects/{made.project_id}/categories", json={"name": "new"}).json()["id"]
    (page,) = pages(anna, review)
    assert confirm(anna, review, page, default=fresh).json()["labels"] == 4
    work = model.fit(review)
    assert work.request.step.categories[-1] == fresh
    assert set(work.request.step.labels.values()) == {3}


def test_an_image_of_another_page_is_refused(anna: TestClient, made: Labelling, review: str) -> None:
    (page,) = pages(anna, review)
    elsewhere = next(image for image in pool_of(made) if image not in shown(page))
    answer = confirm(anna, review, page, answers={elsewhere: made.categories[0]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "answers")
    assert labels_of(made) == {}


def test_doubted_labels_are_corrected_by_the_rules_of_labels(
    anna: TestClient, olga: TestClient, made: Labelling, start: Start
) -> None:
    images = pool_of(made)[:3]
    for image in images:
        olga.put(f"{API}/images/{image}/annotation", json={"category_id": made.categories[0]})
    review = start(mode="disagree")
    assert anna.post(f"{API}/reviews/{review}/pages", json={}).status_code == 403
    (page,) = pages(olga, review)
    assert (page["labelled"], shown(page)) == (True, images)
    wrong, changed, right = images
    body, headers = {"category_id": made.categories[1]}, {"If-Match": '"1"'}
    olga.put(f"{API}/images/{changed}/annotation", json=body, headers=headers)
    answer = confirm(olga, review, page, answers={wrong: made.categories[2]}).json()
    assert (answer["labels"], answer["corrections"]) == (2, 1)
    assert [each["image_id"] for each in answer["kept"]] == [changed]
    first, second, third = ((category, "indicator") for category in made.categories)
    assert labels_of(made) == {wrong: third, changed: second, right: first}
    assert undo(olga, review, page).json()["withdrawn"] == 1
    assert labels_of(made)[wrong] == first


def test_owners_alone_are_told_whose_labels_a_review_is_about(
    anna: TestClient, ben: TestClient, olga: TestClient, made: Labelling, review: str
) -> None:
    person = anna.get(f"{API}/me").json()["id"]
    patched = olga.patch(f"{API}/reviews/{review}", json={"mode": "disagree", "person": person})
    assert patched.json()["config"]["person"] == person
    assert olga.get(f"{API}/reviews/{review}").json()["config"]["person"] == person
    for client in (anna, ben):
        config = client.get(f"{API}/reviews/{review}").json()["config"]
        assert (config["mode"], config["person"]) == ("disagree", None)
    listed = olga.get(f"{API}/projects/{made.project_id}/rounds").json()["items"]
    assert [each["review"]["person"] for each in listed if each["review"]] == [None]


def test_nothing_is_left_when_all_is_seen(
    anna: TestClient, made: Labelling, review: str, model: Model
) -> None:
    while handed := pages(anna, review):
        confirm(anna, review, handed[0])
        if anna.get(f"{API}/reviews/{review}").json()["fitting"]:
            model.fit(review)
    assert waiting_for(anna, review) in {"finished", "model"}
    after = anna.get(f"{API}/reviews/{review}").json()
    assert (after["left"], after["pages_left"], after["seen"]) == (0, 0, 24)
    assert {kind for _, kind in labels_of(made).values()} == {"review"}
