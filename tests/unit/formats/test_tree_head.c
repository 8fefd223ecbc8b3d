// SPDX-License-Identifier: GPL-2.0
/* Tests the head line of a tree: who made the call, which call, and its result. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixtures/trees.h"

/* Expect this first line. The rows below it do not matter. */
static void expect_head(const struct made_tree *made, const char *head)
{
	static const struct out_style unicode = { .unicode = true };
	struct buffer buffer = { 0 };
	size_t length = strlen(head);
	struct trace_header header;
	struct out *out;

	make_header(&header);
	out = out_tree.create(&header, &unicode);
	assert_non_null(out);
	out_tree.creation(out, &made->tree, &buffer);
	out_tree.destroy(out);
	assert_false(buffer.failed);
	if (buffer.size <= length || memcmp(buffer.data, head, length) ||
	    buffer.data[length] != '\n')
		fail_msg("got\n%.*sexpected head\n%s", (int)buffer.size, buffer.data, head);
	buffer__free(&buffer);
}

static void shows_the_call_as_strace_does(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 100, 0);
	made.record.tid = made.record.pid = 0;
	made.record.family = 4711;
	made.record.type = INT_MIN | 04000 | 15;
	made.record.protocol = -1;
	made.record.ret = -4095;
	expect_head(&made, "12:00:00.000000 curl/? socket(4711, 15|SOCK_NONBLOCK|0x80000000, -1) "
			   "= -1 error 4095  100 ns");
	made.record.pid = made.record.tid = 7;
	made.record.family = 2;
	made.record.type = 1 | 04000 | 02000000;
	made.record.protocol = 0;
	made.record.ret = 0;
	expect_head(&made, "12:00:00.000000 curl/7 socket(AF_INET, "
			   "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = 0  100 ns");
	made.record.pid = 4294967295;
	made.record.tid = 4294967294;
	expect_head(&made, "12:00:00.000000 curl/4294967295:4294967294 socket(AF_INET, "
			   "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = 0  100 ns");
	made.record.pid = made.record.tid = 7;
	made.record.family = 1;
	expect_head(&made, "12:00:00.000000 curl/7 socket(AF_UNIX, "
			   "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0) = 0  100 ns");
	made.record.ret = INT_MIN;
	expect_head(&made, "12:00:00.000000 curl/7 socket(AF_UNIX, "
			   "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0) = -1 error 2147483647  "
			   "100 ns");
}

static void shows_pairs(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	made.record.via = VIA_SOCKETPAIR;
	made.record.spans[0].stage = STAGE_SYS_SOCKETPAIR;
	made.record.family = 1;
	made.record.protocol = 0;
	made.record.tid = 100;
	add_socket(&made, 10, 0, 5);
	add_span(&made, STAGE_SYS_SOCKETPAIR, TREE_NO_SPAN, 0, 100, 0);
	expect_head(&made, "12:00:00.000000 curl/100 socketpair(AF_UNIX, SOCK_STREAM, 0, [5, ?]) "
			   "= 0  100 ns, inode 10");
	add_socket(&made, 11, 0, 6);
	expect_head(&made, "12:00:00.000000 curl/100 socketpair(AF_UNIX, SOCK_STREAM, 0, [5, 6]) "
			   "= 0  100 ns, inodes 10 and 11");
	made.record.ret = -EOPNOTSUPP;
	made.record.nr_sockets = 0;
	expect_head(&made, "12:00:00.000000 curl/100 socketpair(AF_UNIX, SOCK_STREAM, 0, []) = -1 "
			   "EOPNOTSUPP (Operation not supported)  100 ns");
}

static void says_what_was_tried_instead(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	made.record.tid = 100;
	made.record.ret = -EPERM;
	made.record.nr_spans = 1;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 100, -EPERM);
	*add_differences(&made) =
		(struct wire_differences){ .has_protocol = 1, .protocol = IPPROTO_UDP };
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = "
			   "-1 EPERM (Operation not permitted)  100 ns, tried as IPPROTO_UDP");
	made.record.nr_differences = 0;
	made.record.type = SOCK_PACKET;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_PACKET, IPPROTO_TCP) = "
			   "-1 EPERM (Operation not permitted)  100 ns");
	made.record.nr_spans = 2;
	made.record.spans[1].stage = STAGE_SOCK_CREATE;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_PACKET, IPPROTO_TCP) = "
			   "-1 EPERM (Operation not permitted)  100 ns, tried as AF_PACKET");
}

static void says_by_which_way_it_came(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	made.record.tid = 100;
	made.record.via = VIA_IO_URING;
	made.record.spans[0].stage = STAGE_SYS_SOCKET_FILE;
	made.record.ret = POINTER_VALID;
	add_socket(&made, 10, 0, -1);
	add_span(&made, STAGE_SYS_SOCKET_FILE, TREE_NO_SPAN, 0, 100, POINTER_VALID);
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = "
			   "file  100 ns, inode 10, via io_uring");
	made.record.spans[0].stage = STAGE_IO_SOCKET;
	made.record.ret = 12;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = "
			   "12  100 ns, inode 10, via io_uring");
	made.record.flags = WIRE_DIRECT;
	made.record.ret = 0;
	made.record.sockets[0].fd = 3;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = "
			   "slot 3  100 ns, inode 10, via io_uring");
	made.record.flags = 0;
	made.record.via = VIA_KERNEL;
	made.record.spans[0].stage = STAGE_SOCK_CREATE;
	made.record.ret = 0;
	expect_head(&made,
		    "12:00:00.000000 curl/100 __sock_create(AF_INET, SOCK_STREAM, IPPROTO_TCP)"
		    " = 0  100 ns, inode 10, via kernel");
	add_differences(&made)->task_netns = 4026532000u;
	expect_head(&made,
		    "12:00:00.000000 curl/100 __sock_create(AF_INET, SOCK_STREAM, IPPROTO_TCP)"
		    " = 0  100 ns, inode 10, via kernel, netns 4026531840 (task's: 4026532000)");
	made.record.nr_differences = 0;
	made.record.via = VIA_SOCKETCALL;
	made.record.flags = WIRE_COMPAT;
	made.record.spans[0].stage = STAGE_SYS_SOCKET;
	made.record.ret = 3;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3"
			   "  100 ns, inode 10, via socketcall, 32-bit");
	made.record.via = VIA_SOCKET;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3"
			   "  100 ns, inode 10, 32-bit");
}

static void says_what_was_made_instead(void **state)
{
	struct made_tree made;
	char head[256];

	(void)state;
	make_tree(&made, 0);
	made.record.tid = 100;
	made.record.ret = 3;
	made.record.protocol = 0;
	add_socket(&made, 10, 0, 3);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 100, 3);
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3 "
			   " 100 ns, inode 10");
	made.record.sockets[0].protocol = 6;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3 "
			   " 100 ns, inode 10, made IPPROTO_TCP");
	/* socket(AF_INET, SOCK_PACKET, htons(ETH_P_ALL)) makes this; its sk_protocol stays 0. */
	made.record.type = 10;
	made.record.protocol = 0x300;
	made.record.sockets[0].family = 17;
	made.record.sockets[0].type = 10;
	made.record.sockets[0].protocol = 0;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_INET, SOCK_PACKET, 768) = 3  100 "
			   "ns, inode 10, made AF_PACKET");
	/* Packet sockets keep 16 bits of it. */
	made.record.family = 17;
	made.record.protocol = 0x10000 | htons(3);
	snprintf(head, sizeof(head),
		 "12:00:00.000000 curl/100 socket(AF_PACKET, SOCK_PACKET, %d) = 3  100 ns, "
		 "inode 10, made ETH_P_ALL",
		 made.record.protocol);
	expect_head(&made, head);
	made.record.protocol = htons(3);
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_PACKET, SOCK_PACKET, ETH_P_ALL) = 3 "
			   " 100 ns, inode 10");
	/* AF_UNIX makes a datagram socket of a raw one. */
	made.record.family = made.record.sockets[0].family = 1;
	made.record.type = 3;
	made.record.protocol = 1;
	made.record.sockets[0].type = 2;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_UNIX, SOCK_RAW, 1) = 3  100 ns, "
			   "inode 10, made SOCK_DGRAM");
	/* No struct sock was made. */
	made.record.sockets[0].family = 0;
	made.record.sockets[0].type = 0;
	expect_head(&made, "12:00:00.000000 curl/100 socket(AF_UNIX, SOCK_RAW, 1) = 3  100 ns, "
			   "inode 10");
}

static void escapes_comm(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 100, 0);
	memcpy(made.record.comm, "\033]0;\xc2\x9b\xff\n\xc3\xbc/567890", 16);
	expect_head(&made, "12:00:00.000000 \\x1b]0;\\xc2\\x9b\\xff\\x0aü/56789/100:101 "
			   "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 0  100 ns");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_the_call_as_strace_does),
		cmocka_unit_test(shows_pairs),
		cmocka_unit_test(says_what_was_tried_instead),
		cmocka_unit_test(says_by_which_way_it_came),
		cmocka_unit_test(says_what_was_made_instead),
		cmocka_unit_test(escapes_comm),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
