// SPDX-License-Identifier: GPL-2.0
/*
 * rounds ACTION BATCHES ROUNDS: does an action BATCHES times ROUNDS times, on one thread, and
 * prints how much processor time each batch took, in nanoseconds, as JSON.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "creation.h"

#define MAX_BATCHES 1000
#define MAX_OPEN    400 /* connections of a batch */

struct round {
	int listener;
	struct sockaddr_in address;
	int client;
	int server;
};

/* An action may have a part before a batch and one after it that are not measured. */
struct action {
	const char *name;
	void (*prepare)(struct round *rounds, int number);
	void (*act)(struct round *round);
	void (*finish)(struct round *rounds, int number);
};

static int checked(int result, const char *what)
{
	if (result < 0)
		fail(what);
	return result;
}

static void make_socket(struct round *round)
{
	(void)round;
	close(checked(socket(AF_INET, SOCK_STREAM, 0), "socket"));
}

static void open_file(struct round *round)
{
	(void)round;
	close(checked(open("/dev/null", O_RDONLY), "open"));
}

static void make_pipe(struct round *round)
{
	int fds[2];

	(void)round;
	checked(pipe(fds), "pipe");
	close(fds[0]);
	close(fds[1]);
}

static int listen_on_loopback(struct sockaddr_in *address)
{
	socklen_t size = sizeof(*address);
	int listener = checked(socket(AF_INET, SOCK_STREAM, 0), "socket");

	*address = (struct sockaddr_in){ .sin_family = AF_INET,
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	checked(bind(listener, (struct sockaddr *)address, size), "bind");
	checked(listen(listener, 16), "listen");
	checked(getsockname(listener, (struct sockaddr *)address, &size), "getsockname");
	return listener;
}

/* What connects is there already: making it is not what is measured. */
static void open_clients(struct round *rounds, int number)
{
	struct sockaddr_in address;
	int listener = listen_on_loopback(&address);
	int i;

	for (i = 0; i < number; i++)
		rounds[i] = (struct round){ .listener = listener,
					    .address = address,
					    .client = checked(socket(AF_INET, SOCK_STREAM, 0),
							      "socket") };
}

static void connect_and_accept(struct round *round)
{
	checked(connect(round->client, (struct sockaddr *)&round->address, sizeof(round->address)),
		"connect");
	round->server = checked(accept(round->listener, NULL, NULL), "accept");
}

/* A connection that is reset leaves nothing behind that the next would have to step over. */
static void reset_connections(struct round *rounds, int number)
{
	const struct linger at_once = { .l_onoff = 1 };
	int i;

	for (i = 0; i < number; i++) {
		checked(setsockopt(rounds[i].client, SOL_SOCKET, SO_LINGER, &at_once,
				   sizeof(at_once)),
			"setsockopt");
		close(rounds[i].client);
		close(rounds[i].server);
	}
	close(rounds[0].listener);
}

static const struct action actions[] = {
	{ .name = "socket", .act = make_socket },
	{ .name = "open", .act = open_file },
	{ .name = "pipe", .act = make_pipe },
	{ "accept", open_clients, connect_and_accept, reset_connections },
};

static const struct action *find_action(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	}
	fprintf(stderr, "no action %s\n", name);
	exit(2);
}

static long long processor_time(void)
{
	struct timespec now;

	checked(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), "clock_gettime");
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long run_batch(const struct action *action, int number)
{
	static struct round rounds[MAX_OPEN];
	long long begin, end;
	int i;

	if (action->prepare)
		action->prepare(rounds, number);
	begin = processor_time();
	for (i = 0; i < number; i++)
		action->act(&rounds[action->prepare ? i : 0]);
	end = processor_time();
	if (action->finish)
		action->finish(rounds, number);
	return end - begin;
}

int main(int argc, char **argv)
{
	static long long times[MAX_BATCHES];
	const struct action *action = find_action(argc > 1 ? argv[1] : "socket");
	int batches = argc > 2 ? number_argument(argv[2]) : 9;
	int number = argc > 3 ? number_argument(argv[3]) : 1000;
	int i;

	if (batches > MAX_BATCHES || (action->prepare && (number > MAX_OPEN || !number))) {
		fprintf(stderr, "at most %d batches, of %d connections\n", MAX_BATCHES, MAX_OPEN);
		return 2;
	}
	for (i = 0; i < batches; i++)
		times[i] = run_batch(action, number);
	printf("{\"pid\":%d,\"action\":\"%s\",\"rounds\":%d,\"cpu_ns\":[", getpid(), action->name,
	       number);
	for (i = 0; i < batches; i++)
		printf("%s%lld", i ? "," : "", times[i]);
	puts("]}");
	return 0;
}
