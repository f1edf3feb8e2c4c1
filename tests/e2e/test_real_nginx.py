"""nginx, crawlsight ship and the server, each real: what is asked of nginx is what the reports count."""

import signal

import pytest
from ship_parts import ShipperProcess, ended_at_last
from site_parts import site_behind_nginx

# Who is killed in each round; each round also rotates the log.
ROUNDS = ("shipper", "server", "shipper and server")
VISITS = 100


@pytest.fixture
def site(tmp_path):
    with site_behind_nginx(tmp_path / "nginx") as site:
        yield site


@pytest.fixture
def shipper(server, site):
    key = server.create_key("behind nginx")
    with ended_at_last(ShipperProcess(server, key, site.log.parent, site.log.name, options=())) as shipper:
        yield shipper


def test_each_request_counts_once_through_rotations_and_kills(server, site, shipper):
    site.visit(1)
    shipper.start()
    for killed in ROUNDS:
        site.visit(VISITS)
        site.rotate(visits_meanwhile=VISITS // 5)
        site.visit(VISITS)
        if "shipper" in killed:
            shipper.end(signal.SIGKILL)
        if "server" in killed:
            server.kill()
        site.visit(VISITS)
        if "server" in killed:
            server.start()
        if "shipper" in killed:
            shipper.start()
    site.server.end(signal.SIGQUIT)
    status = shipper.end(signal.SIGTERM)
    printed = shipper.run_once()

    assert site.reported(server, shipper.key) == site.visits
    assert (status, " 0 rejected, 0 skipped" in printed) == (0, True)
