// SPDX-License-Identifier: Apache-2.0
/*
 * A tiny name server and a client that asks it, over UDP or TCP.
 *
 *   dns udp|tcp ADDRESS PORT NAME TYPE [ANSWER]
 *
 * ADDRESS is 127.0.0.x. TYPE is A, AAAA, CNAME or TXT. The server answers by ANSWER: `ok` (the default: 192.0.2.7, 2001:db8::7,
 * target.example.com and its address, "v=shrike"), nxdomain, servfail, two-questions (asks two), many (five addresses), silent.
 * Names in answers are compressed. The query's name is sent as given, upper-case letters and all.
 */
#include "net.h"

#define TYPE_A 1
#define TYPE_CNAME 5
#define TYPE_TXT 16
#define TYPE_AAAA 28

static int type_number(const char *type)
{
	return !strcmp(type, "A") ? TYPE_A : !strcmp(type, "AAAA") ? TYPE_AAAA : !strcmp(type, "CNAME") ? TYPE_CNAME : !strcmp(type, "TXT") ? TYPE_TXT : 0;
}

static uint8_t *put16(uint8_t *out, unsigned value)
{
	*out++ = value >> 8;
	*out++ = value;
	return out;
}

static uint8_t *put_name(uint8_t *out, const char *name)
{
	while (*name) {
		size_t length = strcspn(name, ".");

		*out++ = length;
		memcpy(out, name, length);
		out += length;
		name += length + (name[length] == '.');
	}
	*out++ = 0;
	return out;
}

static size_t make_query(uint8_t *packet, const char *name, int type, int questions)
{
	uint8_t *out = packet;

	out = put16(out, 0x5348); /* id */
	out = put16(out, 0x0100); /* recursion desired */
	out = put16(out, questions);
	out = put16(out, 0);
	out = put16(out, 0);
	out = put16(out, 0);
	for (int i = 0; i < questions; i++) {
		out = put_name(out, name);
		out = put16(out, i ? TYPE_AAAA : type);
		out = put16(out, 1);
	}
	return out - packet;
}

/* Appends one record. Names are pointers to where the name was first written. */
static uint8_t *put_record(uint8_t *out, unsigned name_at, int type, const void *data, unsigned length)
{
	out = put16(out, 0xc000 | name_at);
	out = put16(out, type);
	out = put16(out, 1);
	out = put16(out, 0);
	out = put16(out, 300);
	out = put16(out, length);
	memcpy(out, data, length);
	return out + length;
}

/* Turns a query into its response; the new length. */
static size_t answer(uint8_t *packet, size_t length, int type, const char *how)
{
	uint8_t *out = packet + length;
	int answers = 0, rcode = !strcmp(how, "nxdomain") ? 3 : !strcmp(how, "servfail") ? 2 : 0;
	static const uint8_t ipv6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 7 };

	packet[2] |= 0x80;
	packet[3] = 0x80 | rcode;
	if (rcode)
		return length;
	if (type == TYPE_A) {
		for (int i = 0; i < (!strcmp(how, "many") ? 5 : 1); i++, answers++)
			out = put_record(out, 12, TYPE_A, (uint8_t[]){ 192, 0, 2, 7 + i }, 4);
	} else if (type == TYPE_AAAA) {
		out = put_record(out, 12, TYPE_AAAA, ipv6, 16);
		answers = 1;
	} else if (type == TYPE_TXT) {
		out = put_record(out, 12, TYPE_TXT, "\010v=shrike", 9);
		answers = 1;
	} else {
		uint8_t target[64];
		size_t target_length = put_name(target, "target.example.com") - target;

		out = put_record(out, 12, TYPE_CNAME, target, target_length);
		out = put_record(out, out - packet - target_length, TYPE_A, (uint8_t[]){ 192, 0, 2, 8 }, 4);
		answers = 2;
	}
	put16(packet + 6, answers);
	return out - packet;
}

static void serve_udp(int fd, int type, const char *how)
{
	uint8_t packet[2048];
	struct sockaddr_storage peer;
	socklen_t length = sizeof(peer);
	ssize_t got = MUST(recvfrom(fd, packet, 512, 0, (struct sockaddr *)&peer, &length));

	if (!strcmp(how, "silent"))
		return;
	MUST(sendto(fd, packet, answer(packet, got, type, how), 0, (struct sockaddr *)&peer, length));
}

static void serve_tcp(int listener, int type, const char *how)
{
	uint8_t packet[2048];
	int fd = MUST(accept(listener, NULL, NULL));
	ssize_t got = MUST(read(fd, packet, 514));

	if (!strcmp(how, "silent") || got < 14)
		return;
	size_t length = answer(packet + 2, got - 2, type, how);

	put16(packet, length);
	MUST(write(fd, packet, length + 2));
	/* Wait for the client to close. */
	MUST(read(fd, packet, 1));
}

int main(int argc, char **argv)
{
	uint8_t packet[2048];
	struct sockaddr_in address = { .sin_family = AF_INET };

	if (argc < 6 || !inet_aton(argv[2], &address.sin_addr) || !type_number(argv[5]))
		usage("dns udp|tcp ADDRESS PORT NAME A|AAAA|CNAME|TXT [ok|nxdomain|servfail|two-questions|many|silent]");
	int tcp = !strcmp(argv[1], "tcp"), type = type_number(argv[5]), sock_type = tcp ? SOCK_STREAM : SOCK_DGRAM;
	const char *how = argc > 6 ? argv[6] : "ok", *name = argv[4];

	address.sin_port = htons(atoi(argv[3]));
	int server_fd = MUST(socket(AF_INET, sock_type, 0));

	MUST(setsockopt(server_fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)));
	MUST(bind(server_fd, (struct sockaddr *)&address, sizeof(address)));
	if (tcp)
		MUST(listen(server_fd, 4));
	pid_t server = MUST(fork());

	if (server == 0) {
		alarm(10);
		if (tcp)
			serve_tcp(server_fd, type, how);
		else
			serve_udp(server_fd, type, how);
		return 0;
	}
	close(server_fd);

	int fd = MUST(socket(AF_INET, sock_type, 0));
	size_t length = make_query(packet + 2, name, type, !strcmp(how, "two-questions") ? 2 : 1);

	MUST(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = !strcmp(how, "silent") ? 0 : 5, .tv_usec = 200000 }, sizeof(struct timeval)));
	MUST(connect(fd, (struct sockaddr *)&address, sizeof(address)));
	put16(packet, length);
	MUST(tcp ? write(fd, packet, length + 2) : write(fd, packet + 2, length));
	ssize_t got = recv(fd, packet, sizeof(packet), 0);

	say("lookup", got, got < 0 ? errno : 0, ",\"name\":%s,\"type\":%s,\"server\":%d,\"port\":%d,\"local_port\":%d,\"rcode\":%d", js(name), js(argv[5]), server,
	    atoi(argv[3]), local_port(fd), got > 0 ? packet[tcp ? 5 : 3] & 15 : -1);
	close(fd);
	if (!strcmp(how, "silent"))
		kill(server, SIGKILL);
	wait_for(server);
	return got < 0 && strcmp(how, "silent");
}
