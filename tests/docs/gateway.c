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

static int connect_to(int socket, unsigned short port)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
					     .sin_port = htons(port),
					     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return connect(socket, (const struct sockaddr *)&address, sizeof(address));
}

/* Return whether there is a server. */
static __attribute__((noinline)) int check_backend(void)
{
	int backend = socket(AF_INET, SOCK_STREAM, 0);
	int result = connect_to(backend, 8000);

	close(backend);
	return !result;
}

/* If there is no server, this forgets to close the socket. */
static __attribute__((noinline)) int push_metrics(void)
{
	int server = socket(AF_INET, SOCK_STREAM, 0);

	if (connect_to(server, 1))
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
