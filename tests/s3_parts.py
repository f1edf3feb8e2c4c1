"""A storage that speaks like S3, served from the test's process, and what environment leads to it."""

import itertools
import json
import logging
import os
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
from moto.server import ThreadedMotoServer

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

_numbers = itertools.count()

# Nothing of the machine may lead to another storage, or to credentials.
_NO_FILES = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "1",
}


@dataclass
class Storage:
    """A storage with as many buckets as tests want."""

    endpoint: str
    client: Any

    def environment(self, key_id: str = "AKIAIOSFODNN7EXAMPLE", secret: str = SECRET) -> dict[str, str]:
        """What leads a program here, and nowhere else; without *key_id* it has no credentials."""
        credentials = {"AWS_ACCESS_KEY_ID": key_id, "AWS_SECRET_ACCESS_KEY": secret} if key_id else {}
        return {
            **_NO_FILES,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": "eu-central-1",
            **credentials,
        }

    def bucket(self, contents: Mapping[str, bytes]) -> str:
        """Make a bucket of a new name, with objects by their keys."""
        name = f"logs-{next(_numbers)}"
        self.client.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        for key, content in contents.items():
            self.put(name, key, content)
        return name

    def put(self, bucket: str, key: str, content: bytes, **options: Any) -> None:
        self.client.put_object(Bucket=bucket, Key=key, Body=content, **options)

    def deny_reading(self, bucket: str) -> None:
        """Deny from now on what is in the objects; they can still be listed."""
        denial = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject"}
        statement = {**denial, "Resource": f"arn:aws:s3:::{bucket}/*"}
        self.client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [statement]}))

    def stranger(self) -> dict[str, str]:
        """Make a user who may do nothing; gives the environment with its credentials."""
        identities = boto3.client("iam", **_reach(self.endpoint))
        name = f"stranger-{next(_numbers)}"
        identities.create_user(UserName=name)
        key = identities.create_access_key(UserName=name)["AccessKey"]
        return self.environment(key["AccessKeyId"], key["SecretAccessKey"])

    @contextmanager
    def guarded(self):
        """Check credentials and permissions of all that is asked meanwhile."""
        address = f"{self.endpoint}/moto-api/reset-auth"
        httpx.post(address, content=b"0")
        yield
        httpx.post(address, content=b"inf")


@contextmanager
def running_storage():
    """Serve a storage."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    yield Storage(endpoint, boto3.client("s3", **_reach(endpoint)))
    server.stop()
    server._server.server_close()


def _reach(endpoint: str) -> dict[str, str]:
    return {
        "endpoint_url": endpoint,
        "region_name": "eu-central-1",
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
