// SPDX-License-Identifier: GPL-2.0
/*
 * rounds ACTION BATCHES ROUNDS [PROGRAM]: does an action BATCHES times ROUNDS times, on one thread,
 * and prints in JSON how much processor time each batch took, how long a round took in the median,
 * and how much of these is reading the clock, which is done once in each round, and how much
 * processor time the program took as a whole; all in nanoseconds. PROGRAM is what the action execve
 * executes.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "creation.h"

#define MAX_OPEN 400 /* connections of a batch */

struct round {
	int listener;
	struct sockaddr_in address;
	int client;
	int server;
	const char *program;
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

static void call_kernel(struct round *round)
{
	(void)round;
	getppid();
}

static void wait_for_child(pid_t pid)
{
	int status;

	checked(waitpid(pid, &status, 0), "waitpid");
	if (status) {
		fprintf(stderr, "a child has ended with status %#x\n", status);
		exit(1);
	}
}

static void fork_child(struct round *round)
{
	pid_t pid = checked(fork(), "fork");

	(void)round;
	if (!pid)
		_exit(0);
	wait_for_child(pid);
}

static void execute_program(struct round *round)
{
	pid_t pid = checked(fork(), "fork");

	if (!pid) {
		execl(round->program, round->program, (char *)NULL);
		_exit(127);
	}
	wait_for_child(pid);
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
	{ .name = "call", .act = call_kernel },
	{ .name = "fork", .act = fork_child },
	{ .name = "execve", .act = execute_program },
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

static long long read_clock(clockid_t clock)
{
	struct timespec now;

	checked(clock_gettime(clock, &now), "clock_gettime");
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int compare_times(const void *first, const void *second)
{
	long long a = *(const long long *)first, b = *(const long long *)second;

	return (a > b) - (a < b);
}

static long long median(long long *times, int number)
{
	qsort(times, number, sizeof(*times), compare_times);
	return number ? times[number / 2] : 0;
}

/* What each round has beyond its action. */
static long long clock_cost(void)
{
	static long long times[1000];
	const int number = sizeof(times) / sizeof(*times);
	long long begin = read_clock(CLOCK_MONOTONIC), now;
	int i;

	for (i = 0; i < number; i++) {
		now = read_clock(CLOCK_MONOTONIC);
		times[i] = now - begin;
		begin = now;
	}
	return median(times, number);
}

/* The processor time of a batch, and in times that of each round by the clock on the wall. */
static long long run_batch(const struct action *action, int number, const char *program,
			   long long *times)
{
	static struct round rounds[MAX_OPEN];
	long long start, begin, now;
	int i;

	rounds[0].program = program;
	if (action->prepare)
		action->prepare(rounds, number);
	start = read_clock(CLOCK_PROCESS_CPUTIME_ID);
	begin = read_clock(CLOCK_MONOTONIC);
	for (i = 0; i < number; i++) {
		action->act(&rounds[action->prepare ? i : 0]);
		now = read_clock(CLOCK_MONOTONIC);
		times[i] = now - begin;
		begin = now;
	}
	start = read_clock(CLOCK_PROCESS_CPUTIME_ID) - start;
	if (action->finish)
		action->finish(rounds, number);
	return start;
}

int main(int argc, char **argv)
{
	const struct action *action = find_action(argc > 1 ? argv[1] : "socket");
	int batches = argc > 2 ? number_argument(argv[2]) : 9;
	int number = argc > 3 ? number_argument(argv[3]) : 1000;
	const char *program = argc > 4 ? argv[4] : "/bin/true";
	long long *times = calloc((size_t)batches * number + 1, sizeof(*times));
	long long *totals = calloc(batches + 1, sizeof(*totals));
	int i;

	if (!times || !totals || (action->prepare && (number > MAX_OPEN || !number))) {
		fprintf(stderr, "at most %d connections a batch, and what fits into memory\n",
			MAX_OPEN);
		return 2;
	}
	for (i = 0; i < batches; i++)
		totals[i] = run_batch(action, number, program, times + (size_t)i * number);
	printf("{\"pid\":%d,\"action\":\"%s\",\"rounds\":%d,\"median_ns\":%lld,\"clock_ns\":%lld,",
	       getpid(), action->name, number, median(times, batches * number), clock_cost());
	printf("\"batches_ns\":[");
	for (i = 0; i < batches; i++)
		printf("%s%lld", i ? "," : "", totals[i]);
	printf("],\"whole_ns\":%lld}\n", read_clock(CLOCK_PROCESS_CPUTIME_ID));
	free(totals);
	free(times);
	return 0;
}
