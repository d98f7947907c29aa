"""Asks the kernel for what a node needs, in network and mount namespaces that the caller made for it; prints what is missing as JSON.

A kernel loads a module by itself when it is asked for it, so what is missing here cannot be had without help.
"""
import ctypes, json, os, socket, struct, sys, tempfile

NETLINK_ROUTE, NETLINK_NETFILTER = 0, 12
REQUEST, ACK, CREATE, EXCL = 0x1, 0x4, 0x400, 0x200
ENOENT, EEXIST, EINVAL, EOPNOTSUPP = 2, 17, 22, 95


def attribute(kind, payload):
    return struct.pack('=HH', len(payload) + 4, kind) + payload + b'\0' * (-len(payload) % 4)


def nested(kind, *attributes):
    return attribute(kind | 0x8000, b''.join(attributes))


def text(value):
    return value.encode() + b'\0'


def message(kind, flags, body, sequence=1):
    return struct.pack('=IHHII', 16 + len(body), kind, flags, sequence, 0) + body


def talk(family, *messages):
    """Sends the messages at once and returns the first error, 0 where there is none."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, family) as peer:
        peer.settimeout(20)
        peer.bind((0, 0))
        peer.send(b''.join(messages))
        asked = sum(1 for one in messages if struct.unpack('=H', one[6:8])[0] & ACK)
        while asked > 0:
            answer = peer.recv(65536)
            while len(answer) >= 20:
                length, kind = struct.unpack('=IH', answer[:6])
                if kind == 2:  # NLMSG_ERROR, with 0 for an acknowledgement
                    asked -= 1
                    error = -struct.unpack('=i', answer[16:20])[0]
                    if error:
                        return error
                answer = answer[length + 3 & ~3:]
    return 0


def veth():
    """RTM_NEWLINK of a pair."""
    info = struct.pack('=BxHiII', 0, 0, 0, 0, 0)
    peer = nested(1, info + attribute(3, text('probe1')))
    body = info + attribute(3, text('probe0')) + nested(18, attribute(1, text('veth')), nested(2, peer))
    return talk(NETLINK_ROUTE, message(16, REQUEST | ACK | CREATE | EXCL, body))


def nftables(kind, flags, body, sequence):
    """A message of NFNL_SUBSYS_NFTABLES for IPv4."""
    return message(10 << 8 | kind, REQUEST | flags, struct.pack('=BBH', 2, 0, 0) + body, sequence)


def chain(kind, hook):
    """The batch that adds a table and a base chain of that kind, as iptables-nft does."""
    edge = struct.pack('=BBH', 0, 0, socket.htons(10))
    table = f'probe-{kind}'
    priority = attribute(1, struct.pack('!I', hook)) + attribute(2, struct.pack('!i', 0))
    parts = attribute(1, text(table)) + attribute(3, text('chain')) + nested(4, priority) + attribute(7, text(kind))
    return talk(
        NETLINK_NETFILTER,
        message(16, REQUEST, edge, 1),
        nftables(0, CREATE | ACK, attribute(1, text(table)), 2),
        nftables(3, CREATE | ACK, parts, 3),
        message(17, REQUEST, edge, 4),
    )


def xtables(name, is_target):
    """NFNL_MSG_COMPAT_GET: whether iptables-nft can use the extension. Another revision than the asked one proves it too."""
    body = attribute(1, text(name)) + attribute(2, struct.pack('!I', 0)) + attribute(3, struct.pack('!I', is_target))
    error = talk(NETLINK_NETFILTER, message(11 << 8, REQUEST | ACK, struct.pack('=BBH', 2, 0, 0) + body))
    return error if error in (ENOENT, EINVAL, EOPNOTSUPP) else 0


def overlay():
    """mount(2) of an overlay on a tmpfs."""
    libc = ctypes.CDLL(None, use_errno=True)

    def mount(kind, place, options):
        return 0 if libc.mount(kind, place.encode(), kind, 0, options.encode()) == 0 else ctypes.get_errno()

    with tempfile.TemporaryDirectory() as folder:
        error = mount(b'tmpfs', folder, '')
        if error:
            return error
        try:
            for name in ('lower', 'upper', 'work', 'merged'):
                os.mkdir(f'{folder}/{name}')
            error = mount(b'overlay', f'{folder}/merged', f'lowerdir={folder}/lower,upperdir={folder}/upper,workdir={folder}/work')
            if not error:
                libc.umount2(f'{folder}/merged'.encode(), 2)
            return error
        finally:
            libc.umount2(folder.encode(), 2)


FACILITIES = {
    'overlay': overlay,
    'veth': veth,
    'nf_tables': lambda: chain('filter', 2),
    'nft_chain_nat': lambda: chain('nat', 3),
}

missing = []
for name in sys.argv[1:]:
    matcher, _, extension = name.partition(':')
    error = xtables(extension, matcher == 'target') if extension else FACILITIES[name]()
    if extension and error in (EINVAL, EOPNOTSUPP):
        name = 'nft_compat'  # nothing in this kernel answers for extensions
    if error not in (0, EEXIST) and name not in (one['facility'] for one in missing):
        missing.append({'facility': name, 'why': os.strerror(error)})
print(json.dumps(missing))
