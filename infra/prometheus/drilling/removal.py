"""What retention does to a topic, at once: Kafka's request DeleteRecords, up to the end of each partition."""

import socket
import struct

DELETE_RECORDS, VERSION, TO_THE_END = 21, 0, -1
TIMEOUT_MILLIS = 30_000


def remove_records(bootstrap, topic, partitions):
    """Removes all records of a topic of a single broker; gives the new first offset of each partition."""
    request = struct.pack(">hhi", DELETE_RECORDS, VERSION, 1) + _text("drill")
    request += struct.pack(">i", 1) + _text(topic) + struct.pack(">i", partitions)
    for partition in range(partitions):
        request += struct.pack(">iq", partition, TO_THE_END)
    request += struct.pack(">i", TIMEOUT_MILLIS)
    host, port = bootstrap.split(",")[0].rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        reply = _read(connection, struct.unpack(">i", _read(connection, 4))[0])
    return _firsts(reply, topic)


def _text(text):
    return struct.pack(">h", len(text)) + text.encode()


def _read(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise OSError("the broker closed the connection")
        data += more
    return data


def _firsts(reply, topic):
    at = 4 + 4 + 4 + 2 + len(topic)  # correlation, throttle, one topic, its name
    (count,) = struct.unpack_from(">i", reply, at)
    firsts = {}
    for partition, offset, error in struct.iter_unpack(">iqh", reply[at + 4 : at + 4 + 14 * count]):
        if error:
            raise OSError(f"the broker refused to remove records of {topic}-{partition}: error {error}")
        firsts[partition] = offset
    return firsts
