"""How Event analytics splits errors."""

from __future__ import annotations

import pytest

from mock_server.ledger.codes import CODES, error_group


@pytest.mark.parametrize(
    ("reason", "group"),
    [
        ("contact_not_found", "contact not found"),
        ("contact_identifier_missing", "contact not found"),
        ("identifier_missing", "parameter error"),
        ("required_params_missing", "parameter error"),
        ("status_invalid", "parameter error"),
        ("malformed_body", "parameter error"),
        ("segmentation_disabled", "other error"),
        ("order_not_found", "other error"),
        ("of_another_version", "other error"),
    ],
)
def test_a_reason_is_in_one_group(reason: str, group: str) -> None:
    assert error_group(reason) == group


def test_only_the_two_codes_of_identification_mean_that_no_contact_was_found() -> None:
    reasons = [each.code for each in CODES.values() if "reason" in each.kinds]
    assert [each for each in reasons if error_group(each) == "contact not found"] == [
        "contact_identifier_missing",
        "contact_not_found",
    ]
