"""A real Elasticsearch for the tests that need one: the server ELASTICSEARCH_URL names."""

import os
import secrets

import pytest

from search.backends.elasticsearch import connect


@pytest.fixture(scope="session")
def elasticsearch_url():
    """The address of a running server that tests may fill and stop. Skips without one, fails there when CI is set."""
    url = os.environ.get("ELASTICSEARCH_URL", "")
    if not url:
        if os.environ.get("CI"):
            pytest.fail("CI must have Elasticsearch (ELASTICSEARCH_URL): its tests may not be skipped there")
        pytest.skip("no Elasticsearch: ELASTICSEARCH_URL is not set")
    return url


@pytest.fixture(scope="session")
def elasticsearch(elasticsearch_url):
    """A client of that server, patient because the test machine is busy."""
    with connect(elasticsearch_url) as client:
        yield client.options(request_timeout=60)


@pytest.fixture(scope="session")
def elasticsearch_prefix(elasticsearch):
    """A name of this run's own for indexes; whatever begins with it is removed at the end."""
    prefix = f"test-{secrets.token_hex(4)}"
    yield prefix
    for name in elasticsearch.indices.get(index=f"{prefix}-*", expand_wildcards="all"):
        elasticsearch.indices.delete(index=name)
