"""A mail server for the tests: aiosmtpd, with what it takes as files in a folder.

Run with Debian's own python3 (python3-aiosmtpd). Prints the port once it listens.
"""

import argparse
import asyncio
import os
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Folder:
    """Each mail is one file, whole from the moment it has its name; who it was from and for stands before its own headers."""

    def __init__(self, folder, refused):
        self.folder = folder
        self.refused = set(refused)
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refused:
            return f"550 5.1.1 <{address}>: there is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        path = os.path.join(self.folder, f"{self.count:05}.eml")
        with open(path + ".new", "wb") as file:
            file.write(f"X-MailFrom: {envelope.mail_from}\r\nX-RcptTo: {', '.join(envelope.rcpt_tos)}\r\n".encode())
            file.write(f"X-Tls: {server.transport.get_extra_info('ssl_object') is not None}\r\nX-User: {(session.auth_data and session.auth_data.login or b'').decode()}\r\n".encode())
            file.write(envelope.content)
        os.rename(path + ".new", path)
        return "250 OK"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate", help="PEM with the key; offers STARTTLS and wants it")
    parser.add_argument("--tls", action="store_true", help="encrypted from the first byte")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--refuse", action="append", default=[])
    options = parser.parse_args()

    handler = Folder(options.folder, options.refuse)
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)

    def authenticate(server, session, envelope, mechanism, data):
        right = data.login == options.user.encode() and data.password == options.password.encode()
        return AuthResult(success=right, auth_data=data if right else None, handled=right)

    def connection():
        starttls = context is not None and not options.tls
        return SMTP(
            handler,
            hostname="mail.example",
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_required=options.user is not None,
            auth_require_tls=context is not None and not options.tls,
            authenticator=authenticate if options.user else None,
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", options.port, ssl=context if options.tls else None)
    print(f"listening on {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
