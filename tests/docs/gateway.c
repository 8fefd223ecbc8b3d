// SPDX-License-Identifier: GPL-2.0
/*
 * A service that leaks descriptors in one of the places where it makes sockets. Prints a line once
 * it runs.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAUSE_US 200000

/* Return whether there is a server. */
static __attribute__((noinline)) int check_backend(void)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
					     .sin_port = htons(8000),
					     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int backend = socket(AF_INET, SOCK_STREAM, 0);
	int result = connect(backend, (const struct sockaddr *)&address, sizeof(address));

	close(backend);
	return !result;
}

/* If there is no server, this forgets to close the socket. */
static __attribute__((noinline)) int push_metrics(void)
{
	const struct sockaddr_in6 address = { .sin6_family = AF_INET6,
					      .sin6_port = htons(1),
					      .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int server = socket(AF_INET6, SOCK_STREAM, 0);

	if (connect(server, (const struct sockaddr *)&address, sizeof(address)))
		return 0;
	close(server);
	return 1;
}

int main(void)
{
	int done = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	for (;;) {
		done += check_backend();
		done += push_metrics();
		if (done < 0)
			return 1;
		usleep(PAUSE_US);
	}
}
