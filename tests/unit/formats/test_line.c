// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixtures/trees.h"
#include "text/text.h"

static const struct out_style ascii = { .color = false, .unicode = false, .width = 80 };
static const struct out_style unicode = { .color = false, .unicode = true, .width = 80 };
static const struct out_style file = { .color = false, .unicode = false, .width = 0 };

/* Format one creation in this style. The caller frees the result. */
static struct buffer show(const struct made_tree *made, const struct out_style *style)
{
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;

	make_header(&header);
	out = out_line.create(&header, style);
	assert_non_null(out);
	out_line.creation(out, &made->tree, &buffer);
	out_line.destroy(out);
	assert_false(buffer.failed);
	return buffer;
}

static void expect(const struct made_tree *made, const struct out_style *style, const char *line)
{
	struct buffer buffer = show(made, style);

	if (buffer.size != strlen(line) || memcmp(buffer.data, line, buffer.size))
		fail_msg("got\n%.*sexpected\n%s", (int)buffer.size, buffer.data, line);
	buffer__free(&buffer);
}

static void expect_heading(const struct out_style *style, bool corrected, const char *heading)
{
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;

	make_header(&header);
	header.costs.known = corrected;
	out = out_line.create(&header, style);
	assert_non_null(out);
	out_line.begin(out, &buffer);
	out_line.destroy(out);
	assert_int_equal(buffer.size, strlen(heading));
	assert_memory_equal(buffer.data, heading, buffer.size);
	assert_string_equal(out_line.name, "line");
	buffer__free(&buffer);
}

static void has_one_heading(void **state)
{
	(void)state;
	expect_heading(&ascii, true,
		       "TIME         PID     COMM        FAMILY  TYPE   PROTOCOL "
		       "RESULT         LATENCY\n");
	expect_heading(&ascii, false,
		       "TIME         PID     COMM        FAMILY  TYPE   PROTOCOL "
		       "RESULT        MEASURED\n");
	expect_heading(
		&file, true,
		"TIME         PID     PROCESS         COMM            FAMILY  TYPE   PROTOCOL "
		"RESULT         LATENCY\n");
}

static void shows_a_socket(void **state)
{
	struct made_tree made;

	(void)state;
	make_tcp(&made, 10123999999);
	expect(&made, &unicode,
	       "12:00:10.123 100     curl        inet    stream tcp      5               30.0µs\n");
	expect(&made, &ascii,
	       "12:00:10.123 100     curl        inet    stream tcp      5               30.0us\n");
	/* the socket tells which protocol was chosen for 0 */
	made.record.protocol = 0;
	expect(&made, &ascii,
	       "12:00:10.123 100     curl        inet    stream tcp      5               30.0us\n");
	made.record.pid = 0;
	made.record.sockets[0].family = 45454;
	made.record.sockets[0].type = 5;
	expect(&made, &ascii,
	       "12:00:10.123 ?       curl        45454   seqpa+ 6        5               30.0us\n");
}

static void shows_a_packet_socket(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	made.record.family = 17;
	made.record.type = 3;
	made.record.protocol = htons(3);
	made.record.ret = 3;
	add_socket(&made, 10, 0, 3);
	made.record.sockets[0].protocol = 0; /* sk_protocol, which packet sockets do not use */
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 900, 3);
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        packet  raw    all      3                900ns\n");
	made.record.protocol = 65535;
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        packet  raw    65535    3                900ns\n");
}

static void shows_a_pair(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	made.record.via = VIA_SOCKETPAIR;
	made.record.spans[0].stage = STAGE_SYS_SOCKETPAIR;
	made.record.family = 1;
	made.record.protocol = 0;
	add_socket(&made, 10, 0, 5);
	add_socket(&made, 11, 0, 1000000);
	add_span(&made, STAGE_SYS_SOCKETPAIR, TREE_NO_SPAN, 0, 900, 0);
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        unix    stream 0        5,1000000        900ns\n");
}

static void says_at_most_what_was_measured(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 0, 3);
	made.tree.spans[0].at_most_ns = made.tree.spans[0].measured_ns = 900;
	made.record.ret = 3;
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        inet    stream tcp      3               <900ns\n");
}

static void shows_a_socket_of_io_uring(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	made.record.via = VIA_IO_URING;
	made.record.spans[0].stage = STAGE_SYS_SOCKET_FILE;
	made.record.ret = POINTER_VALID;
	add_socket(&made, 10, 0, -1);
	add_span(&made, STAGE_SYS_SOCKET_FILE, TREE_NO_SPAN, 0, 900, POINTER_VALID);
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        inet    stream tcp      io_uring         900ns\n");
	made.record.spans[0].stage = STAGE_IO_SOCKET;
	made.record.ret = 12;
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        inet    stream tcp      12               900ns\n");
	made.record.flags = WIRE_DIRECT;
	made.record.sockets[0].fd = 3;
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        inet    stream tcp      slot 3           900ns\n");
}

static void shows_a_failure(void **state)
{
	struct made_tree made;

	(void)state;
	make_tree(&made, 0);
	made.record.family = 17;
	made.record.type = 3;
	made.record.protocol = htons(0x0800);
	made.record.ret = -EPROTONOSUPPORT;
	add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 123456, -EPROTONOSUPPORT);
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        packet  raw    ip       EPROTONOSUPPORT  123us\n");
	made.record.ret = -4095;
	leave_open(&made, 0);
	expect(&made, &ascii,
	       "12:00:00.000 100     curl        packet  raw    ip       -4095                ?\n");
}

static void escapes_and_cuts_comm(void **state)
{
	struct made_tree made;

	(void)state;
	make_tcp(&made, 10000000000);
	memcpy(made.record.comm, "a\033[2J\xc2\x9b\xff", 9);
	expect(&made, &unicode,
	       "12:00:10.000 100     a\\x1b[2J\\x… inet    stream tcp      5               30.0µs\n");
	memset(made.record.comm, 'x', sizeof(made.record.comm)); /* not terminated by NUL */
	expect(&made, &ascii,
	       "12:00:10.000 100     xxxxxxxxxx+ inet    stream tcp      5               30.0us\n");
	memset(made.record.comm, 0, sizeof(made.record.comm));
	expect(&made, &ascii,
	       "12:00:10.000 100                 inet    stream tcp      5               30.0us\n");
}

/* Where there is room, threads and processes are told apart by whole names. */
static void shows_both_names(void **state)
{
	static const char line[] = "12:00:10.000 100     java            http-nio-8080-e inet    "
				   "stream tcp      5               30.0us\n";
	struct out_style style = file;
	struct made_tree made;

	(void)state;
	make_tcp(&made, 10000000000);
	memcpy(made.record.comm, "http-nio-8080-e", WIRE_COMM_LEN);
	memcpy(made.record.process_comm, "java", sizeof("java"));
	expect(&made, &style, line);
	style.width = 100;
	expect(&made, &style, line);
	style.width = 99;
	expect(&made, &style,
	       "12:00:10.000 100     http-nio-8+ inet    stream tcp      5               30.0us\n");
	memcpy(made.record.process_comm, "\033[2J\xff", 6);
	expect(&made, &file,
	       "12:00:10.000 100     \\x1b[2J\\xff     http-nio-8080-e inet    "
	       "stream tcp      5               30.0us\n");
}

static __s32 any_number(unsigned int *seed)
{
	static const __s32 extremes[] = { INT_MIN, INT_MAX, -1, 0, 1, 0xffff, -EPROTONOSUPPORT };
	unsigned int i = (unsigned int)rand_r(seed) % 14;

	return i < 7 ? extremes[i] : (__s32)((unsigned int)rand_r(seed) * 7);
}

static void make_any(struct made_tree *made, unsigned int *seed)
{
	__u64 duration =
		((__u64)rand_r(seed) << 33 ^ (__u64)rand_r(seed) << 3) >> rand_r(seed) % 64;
	size_t i;

	make_tree(made, (__u64)rand_r(seed) << 33 ^ (__u64)rand_r(seed));
	made->record.via = rand_r(seed) & 1 ? VIA_SOCKET : VIA_SOCKETPAIR;
	made->record.spans[0].stage =
		made->record.via == VIA_SOCKET ? STAGE_SYS_SOCKET : STAGE_SYS_SOCKETPAIR;
	made->record.family = any_number(seed);
	made->record.type = any_number(seed);
	made->record.protocol = any_number(seed);
	made->record.ret = any_number(seed);
	made->record.pid = (__u32)any_number(seed);
	for (i = 0; i < sizeof(made->record.comm); i++) {
		made->record.comm[i] = (char)(rand_r(seed) >> 5);
		made->record.process_comm[i] = (char)(rand_r(seed) >> 5);
	}
	for (i = 0; i < (size_t)rand_r(seed) % 3; i++)
		add_socket(made, UINT64_MAX, 0, any_number(seed));
	add_span(made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, duration, made->record.ret);
	if (!(rand_r(seed) % 16))
		leave_open(made, 0);
}

/*
 * Whatever the record says, it is one line of harmless characters, of the same width, without
 * colors.
 */
static void keeps_its_width(void **state)
{
	static const struct {
		const struct out_style *style;
		size_t width;
	} styles[] = { { &ascii, 79 }, { &unicode, 79 }, { &file, 99 } };
	struct made_tree made;
	unsigned int seed = 2;
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		const struct out_style *style = styles[i % 3].style;
		struct buffer buffer;
		size_t j;

		make_any(&made, &seed);
		buffer = show(&made, style);
		assert_int_equal(buffer.data[buffer.size - 1], '\n');
		assert_int_equal(text__width(buffer.data, buffer.size - 1), styles[i % 3].width);
		for (j = 0; j < buffer.size - 1; j++) {
			assert_true((unsigned char)buffer.data[j] >= 0x20);
			assert_true(style->unicode || (unsigned char)buffer.data[j] < 0x7f);
		}
		buffer__free(&buffer);
	}
}

static void colors_failures(void **state)
{
	static const struct out_style colored = { .color = true };
	struct made_tree made;
	struct buffer buffer;

	(void)state;
	make_tcp(&made, 0);
	buffer = show(&made, &colored);
	assert_null(memchr(buffer.data, '\033', buffer.size));
	buffer__free(&buffer);
	made.record.ret = -EMFILE;
	buffer = show(&made, &colored);
	assert_non_null(memmem(buffer.data, buffer.size, "\033[31mEMFILE", 11));
	buffer__free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_one_heading),
		cmocka_unit_test(shows_a_socket),
		cmocka_unit_test(shows_a_packet_socket),
		cmocka_unit_test(shows_a_pair),
		cmocka_unit_test(says_at_most_what_was_measured),
		cmocka_unit_test(shows_a_socket_of_io_uring),
		cmocka_unit_test(shows_a_failure),
		cmocka_unit_test(escapes_and_cuts_comm),
		cmocka_unit_test(shows_both_names),
		cmocka_unit_test(keeps_its_width),
		cmocka_unit_test(colors_failures),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
