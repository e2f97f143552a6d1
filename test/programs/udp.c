// SPDX-License-Identifier: Apache-2.0
/*
 * UDP over loopback: udp MODE FAMILY, where MODE is sendto, connected, sendmsg, sendmmsg or many (one socket, several ports) and FAMILY is
 * 4, 6 or mapped. The receiver is a socket of the same process; every datagram is read back.
 */
#include "net.h"

#define DATAGRAM 100

static int receiver(const char *family, int *port)
{
	struct sockaddr_storage address;
	socklen_t length = loopback(!strcmp(family, "mapped") ? "4" : family, 0, &address);
	int fd = MUST(socket(address.ss_family, SOCK_DGRAM, 0));

	ACT("bind", bind(fd, (struct sockaddr *)&address, length), ",\"port\":%d", local_port(fd));
	*port = local_port(fd);
	return fd;
}

int main(int argc, char **argv)
{
	static char data[DATAGRAM];
	int ports[3], sinks[3];

	if (argc < 3)
		usage("udp sendto|connected|sendmsg|sendmmsg|many FAMILY");
	const char *mode = argv[1], *family = argv[2];
	int sinks_count = !strcmp(mode, "many") || !strcmp(mode, "sendmmsg") ? 3 : 1;

	for (int i = 0; i < sinks_count; i++)
		sinks[i] = receiver(family, &ports[i]);

	struct sockaddr_storage address[3];
	socklen_t length = 0;

	for (int i = 0; i < sinks_count; i++)
		length = loopback(family, ports[i], &address[i]);
	int fd = MUST(socket(domain_of(family), SOCK_DGRAM, 0));
	struct iovec vector = { data, DATAGRAM };

	if (!strcmp(mode, "sendto")) {
		ACT("sendto", sendto(fd, data, DATAGRAM, 0, (struct sockaddr *)&address[0], length), ",\"remote_port\":%d", ports[0]);
	} else if (!strcmp(mode, "connected")) {
		ACT("connect", connect(fd, (struct sockaddr *)&address[0], length), ",\"remote_port\":%d", ports[0]);
		ACT("send", send(fd, data, DATAGRAM, 0), ",\"remote_port\":%d", ports[0]);
	} else if (!strcmp(mode, "sendmsg")) {
		struct msghdr message = { .msg_name = &address[0], .msg_namelen = length, .msg_iov = &vector, .msg_iovlen = 1 };

		ACT("sendmsg", sendmsg(fd, &message, 0), ",\"remote_port\":%d", ports[0]);
	} else if (!strcmp(mode, "sendmmsg")) {
		struct mmsghdr messages[3] = { 0 };

		for (int i = 0; i < 3; i++)
			messages[i].msg_hdr = (struct msghdr){ .msg_name = &address[i], .msg_namelen = length, .msg_iov = &vector, .msg_iovlen = 1 };
		ACT("sendmmsg", sendmmsg(fd, messages, 3, 0), ",\"remote_ports\":[%d,%d,%d]", ports[0], ports[1], ports[2]);
	} else if (!strcmp(mode, "many")) {
		for (int i = 0; i < 3; i++)
			ACT("sendto", sendto(fd, data, DATAGRAM, 0, (struct sockaddr *)&address[i], length), ",\"remote_port\":%d", ports[i]);
	} else {
		usage("udp sendto|connected|sendmsg|sendmmsg|many FAMILY");
	}
	for (int i = 0; i < sinks_count; i++)
		ACT("recv", recv(sinks[i], data, sizeof(data), 0), ",\"port\":%d", ports[i]);
	int own = local_port(fd);

	ACT("close", close(fd), ",\"port\":%d,\"sent\":%d", own, DATAGRAM * sinks_count);
	return 0;
}
