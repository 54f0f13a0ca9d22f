"""A client of ResourceManager, written from what is known of the original's calls: verbs, paths, header names in small letters,
one dictionary of headers for all calls (so If-Match stays in it), a body on DELETE, names quoted with quote_plus, exact statuses."""
import argparse
import base64
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

COLUMNS = {
    "machines": ["hostname", "owner", "state", "job_id", "tags", "_updated", "_id"],
    "public-addresses": ["address", "owner", "tags", "_updated", "_id"],
    "private-addresses": ["address", "owner", "tags", "_updated", "_id"],
}


class RequestFailureException(Exception):
    pass


class ResourceManagerClient:
    def __init__(self, resource_type="machines", endpoint="http://127.0.0.1:5000", username="admin", password="admin"):
        self.resource_type = resource_type
        self.endpoint = endpoint
        account = base64.b64encode(("%s:%s" % (username, password)).encode()).decode()
        self.headers = {"content-type": "application/json", "Authorization": "Basic " + account}

    def key(self):
        return "hostname" if self.resource_type == "machines" else "address"

    def ask(self, method, path, expected, data=None):
        url = "%s/%s" % (self.endpoint, path)
        body = None if data is None else data.encode()
        request = urllib.request.Request(url, data=body, headers=self.headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as e:
            status, text = e.code, e.read().decode()
        if expected is not None and status != expected:
            raise RequestFailureException("%s:%s" % (status, text))
        return text

    def create_resource(self, data):
        self.ask("POST", self.resource_type, 201, data)

    def get_resource(self, name):
        path = "%s/%s" % (self.resource_type, urllib.parse.quote_plus(name))
        return json.loads(self.ask("GET", path, None))

    def get_all_resources(self):
        return json.loads(self.ask("GET", self.resource_type, 200))["_items"]

    def find_resources(self, field, value):
        return [each for each in self.get_all_resources() if each[field] == value]

    def changed(self, method, data, body):
        old = self.get_resource(json.loads(data)[self.key()])
        self.headers["If-Match"] = old["_etag"]
        self.ask(method, "%s/%s" % (self.resource_type, old["_id"]), 200, body)

    def update_resource(self, data):
        self.changed("PATCH", data, data)

    def put_resource(self, data):
        document = json.loads(data)
        for name in ["_updated", "_etag", "_created", "_links"]:
            document.pop(name, None)
        self.changed("PUT", data, json.dumps(document))

    def delete_resource(self, data):
        self.changed("DELETE", data, data)

    def list(self):
        columns = COLUMNS[self.resource_type]
        rows = [columns] + [[str(each.get(name)) for name in columns] for each in self.get_all_resources()]
        widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
        line = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
        out = [line] + ["|" + "|".join(" %s " % cell.center(width) for cell, width in zip(row, widths)) + "|" for row in rows]
        out.insert(2, line)
        print("\n".join(out + [line]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("operation", choices=["create", "list", "update", "put", "delete"])
    parser.add_argument("-r", "--resource-type", default="machines", choices=sorted(COLUMNS))
    parser.add_argument("-e", "--endpoint", default="http://127.0.0.1:5000")
    parser.add_argument("-j", "--json")
    asked = parser.parse_args()
    client = ResourceManagerClient(asked.resource_type, asked.endpoint)
    if asked.operation == "list":
        client.list()
    else:
        getattr(client, asked.operation + "_resource")(asked.json)
    sys.exit(0)
