// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixtures/trees.h"
#include "text/text.h"

static const struct out_style ascii = { .unicode = false };
static const struct out_style unicode = { .unicode = true };

/* One creation in this style; the caller frees what it gets. */
static struct buffer show(const struct made_tree *made, const struct out_style *style)
{
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;

	make_header(&header);
	out = out_tree.create(&header, style);
	assert_non_null(out);
	out_tree.creation(out, &made->tree, &buffer);
	out_tree.destroy(out);
	assert_false(buffer.failed);
	return buffer;
}

static void expect_text(struct buffer *buffer, const char *text)
{
	if (buffer->size != strlen(text) || memcmp(buffer->data, text, buffer->size))
		fail_msg("got\n%.*sexpected\n%s", (int)buffer->size, buffer->data, text);
	buffer__free(buffer);
}

static void expect(const struct made_tree *made, const struct out_style *style, const char *text)
{
	struct buffer buffer = show(made, style);

	expect_text(&buffer, text);
}

static void draws_in_unicode(void **state)
{
	struct made_tree made;

	(void)state;
	make_tcp(&made, 10123456999);
	expect(&made, &unicode,
	       "12:00:10.123456 curl/100:101 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, "
	       "IPPROTO_TCP) = 5  30.0 µs, inode 3356\n"
	       "__sys_socket                     30.0 µs    1.0 µs  100%  ██████████  = 5\n"
	       "├─ __sock_create                 20.0 µs    5.0 µs   67%  ██████▋\n"
	       "│  ├─ sock_alloc                  3.0 µs    3.0 µs   10%  █\n"
	       "│  └─ inet_create                12.0 µs    2.0 µs   40%  ████\n"
	       "│     ├─ sk_alloc                 4.0 µs    4.0 µs   13%  █▍\n"
	       "│     ├─ sock_init_data           999 ns    999 ns    3%  ▍\n"
	       "│     └─ tcp_v4_init_sock         5.0 µs    5.0 µs   17%  █▋\n"
	       "└─ sock_map_fd (reconstructed)    9.0 µs    3.0 µs   30%  ███         = 5\n"
	       "   └─ sock_alloc_file             6.0 µs    6.0 µs   20%  ██\n"
	       "\n");
}

static void draws_in_ascii(void **state)
{
	struct made_tree made;

	(void)state;
	make_tcp(&made, 0);
	made.record.tid = 100;
	expect(&made, &ascii,
	       "12:00:00.000000 curl/100 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, "
	       "IPPROTO_TCP) = 5  30.0 us, inode 3356\n"
	       "__sys_socket                     30.0 us    1.0 us  100%  ##########  = 5\n"
	       "|- __sock_create                 20.0 us    5.0 us   67%  #######\n"
	       "|  |- sock_alloc                  3.0 us    3.0 us   10%  #\n"
	       "|  `- inet_create                12.0 us    2.0 us   40%  ####\n"
	       "|     |- sk_alloc                 4.0 us    4.0 us   13%  #\n"
	       "|     |- sock_init_data           999 ns    999 ns    3%\n"
	       "|     `- tcp_v4_init_sock         5.0 us    5.0 us   17%  ##\n"
	       "`- sock_map_fd (reconstructed)    9.0 us    3.0 us   30%  ###         = 5\n"
	       "   `- sock_alloc_file             6.0 us    6.0 us   20%  ##\n"
	       "\n");
}

/* The widest row of it has 73 columns. */
static void drops_columns_in_narrow_terminals(void **state)
{
	struct out_style style = { .unicode = false, .width = 73 };
	struct made_tree made;
	struct buffer buffer;

	(void)state;
	make_tcp(&made, 0);
	buffer = show(&made, &style);
	assert_non_null(memmem(buffer.data, buffer.size, "100%  ##########  = 5\n", 22));
	buffer__free(&buffer);
	style.width = 72;
	buffer = show(&made, &style);
	assert_non_null(memmem(buffer.data, buffer.size, "30.0 us    1.0 us  100%  = 5\n", 29));
	buffer__free(&buffer);
	style.width = 60;
	buffer = show(&made, &style);
	assert_non_null(memmem(buffer.data, buffer.size, "30.0 us    1.0 us  = 5\n", 23));
	buffer__free(&buffer);
	style.width = 20;
	buffer = show(&made, &style);
	assert_non_null(memmem(buffer.data, buffer.size, "30.0 us  = 5\n", 13));
	assert_null(memmem(buffer.data, buffer.size, "1.0 us", 6));
	assert_non_null(memmem(buffer.data, buffer.size, "|     `- tcp_v4_init_sock ", 26));
	buffer__free(&buffer);
}

static void says_at_most_what_was_measured(void **state)
{
	struct made_tree made;
	struct span *spans = made.tree.spans;
	int root, create;

	(void)state;
	make_tree(&made, 0);
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 1200, 3);
	create = add_span(&made, STAGE_SOCK_CREATE, root, 0, 1200, 0);
	add_span(&made, STAGE_SOCK_ALLOC, create, 0, 1200, POINTER_VALID);
	add_span(&made, STAGE_SECURITY_SOCKET_CREATE, create, 1200, 0, 0);
	made.record.ret = 3;
	spans[0].at_most_ns = 1234567;
	spans[1].at_most_ns = 90;
	spans[3].at_most_ns = spans[3].measured_ns = 45;
	expect(&made, &unicode,
	       "12:00:00.000000 curl/100:101 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3  1.2 µs\n"
	       "__sys_socket                      1.2 µs  < 1.23 ms  100%  ██████████  = 3\n"
	       "└─ __sock_create                  1.2 µs    < 90 ns  100%  ██████████\n"
	       "   ├─ sock_alloc                  1.2 µs     1.2 µs  100%  ██████████\n"
	       "   └─ security_socket_create     < 45 ns    < 45 ns    0%\n"
	       "\n");
}

static void says_what_a_failing_reconstruction_includes(void **state)
{
	struct made_tree made;
	int root, map;

	(void)state;
	make_tree(&made, 0);
	made.record.ret = -EMFILE;
	add_socket(&made, 77, 0, -1);
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 800, -EMFILE);
	add_span(&made, STAGE_SOCK_CREATE, root, 0, 400, 0);
	map = add_span(&made, STAGE_SOCK_MAP_FD, root, 400, 200, -EMFILE);
	made.tree.spans[map].attach = ATTACH_RECONSTRUCTED;
	expect(&made, &unicode,
	       "12:00:00.000000 curl/100:101 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = -1 EMFILE "
	       "(Too many open files)  800 ns, inode 77 (released)\n"
	       "failed in sock_map_fd: no descriptor is left\n"
	       "__sys_socket                      800 ns    200 ns  100%  ██████████  = -EMFILE\n"
	       "├─ __sock_create                  400 ns    400 ns   50%  █████\n"
	       "└─ sock_map_fd (reconstructed)    200 ns    200 ns   25%  ██▌         = -EMFILE\n"
	       "      includes releasing the socket\n"
	       "\n");
	/* a probed one does not include it */
	made.tree.spans[map].attach = ATTACH_FENTRY;
	expect(&made, &unicode,
	       "12:00:00.000000 curl/100:101 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = -1 EMFILE "
	       "(Too many open files)  800 ns, inode 77 (released)\n"
	       "failed in sock_map_fd: no descriptor is left\n"
	       "__sys_socket                      800 ns    200 ns  100%  ██████████  = -EMFILE\n"
	       "├─ __sock_create                  400 ns    400 ns   50%  █████\n"
	       "└─ sock_map_fd                    200 ns    200 ns   25%  ██▌         = -EMFILE\n"
	       "\n");
	/* the line goes on past the remark */
	made.tree.spans[map].attach = ATTACH_RECONSTRUCTED;
	add_span(&made, STAGE_SOCK_ALLOC_FILE, map, 500, 100, -ENFILE);
	add_span(&made, STAGE_FD_INSTALL, root, 700, 2, 0);
	expect(&made, &ascii,
	       "12:00:00.000000 curl/100:101 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = -1 EMFILE "
	       "(Too many open files)  800 ns, inode 77 (released)\n"
	       "failed in sock_map_fd: no descriptor is left\n"
	       "__sys_socket                      800 ns    198 ns  100%  ##########  = -EMFILE\n"
	       "|- __sock_create                  400 ns    400 ns   50%  #####\n"
	       "|- sock_map_fd (reconstructed)    200 ns    100 ns   25%  ###         = -EMFILE\n"
	       "|  |  includes releasing the socket\n"
	       "|  `- sock_alloc_file             100 ns    100 ns   13%  #           = "
	       "ERR_PTR(-ENFILE)\n"
	       "`- fd_install                       2 ns      2 ns   <1%\n"
	       "\n");
}

static void shows_what_was_not_seen(void **state)
{
	struct made_tree made;
	int root, create;

	(void)state;
	make_tree(&made, 0);
	made.record.flags = WIRE_EXIT_MISSED | WIRE_SPANS_TRUNCATED | WIRE_ENTRY_MISSED;
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 800, 3);
	create = add_span(&made, STAGE_SOCK_CREATE, root, 0, 400, 0);
	add_span(&made, STAGE_SOCK_ALLOC, create, 1, 200, POINTER_NULL);
	leave_open(&made, create);
	made.record.ret = 3;
	expect(&made, &ascii,
	       "12:00:00.000000 curl/100:101 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3  800 ns\n"
	       "__sys_socket                      800 ns    800 ns  100%  ##########  = 3\n"
	       "`- __sock_create                       ?         ?                    return not "
	       "seen\n"
	       "   `- sock_alloc                  200 ns    200 ns   25%  ###         = NULL\n"
	       "(more stages ran than a record holds: rows are missing)\n"
	       "(the entry of a stage was not seen: a row is missing)\n"
	       "\n");
	/* without a whole there are no shares */
	made.record.flags = WIRE_EXIT_MISSED;
	leave_open(&made, root);
	expect(&made, &ascii,
	       "12:00:00.000000 curl/100:101 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3  return "
	       "not seen\n"
	       "__sys_socket                           ?         ?  return not seen\n"
	       "`- __sock_create                       ?         ?  return not seen\n"
	       "   `- sock_alloc                  200 ns    200 ns  = NULL\n"
	       "\n");
}

static void shows_return_values_that_say_something(void **state)
{
	struct made_tree made;
	int root, span;

	(void)state;
	make_tree(&made, 0);
	made.record.ret = -EAFNOSUPPORT;
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 100, -EAFNOSUPPORT);
	span = add_span(&made, STAGE_SOCK_CREATE, root, 0, 50, 1);
	add_span(&made, STAGE_SK_ALLOC, span, 0, 5, -4095);
	add_span(&made, STAGE_SOCK_INIT_DATA, span, 0, 5, 123);
	add_span(&made, STAGE_GET_UNUSED_FD_FLAGS, root, 0, 5, 0);
	expect(&made, &ascii,
	       "12:00:00.000000 curl/100:101 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = -1 "
	       "EAFNOSUPPORT (Address family not supported by protocol)  100 ns\n"
	       "failed in __sys_socket\n"
	       "__sys_socket                      100 ns     45 ns  100%  ##########  = "
	       "-EAFNOSUPPORT\n"
	       "|- __sock_create                   50 ns     40 ns   50%  #####       = 1\n"
	       "|  |- sk_alloc                      5 ns      5 ns    5%  #           = "
	       "ERR_PTR(-4095)\n"
	       "|  `- sock_init_data                5 ns      5 ns    5%  #\n"
	       "`- get_unused_fd_flags              5 ns      5 ns    5%  #           = 0\n"
	       "\n");
}

/* Colors change nothing but colors, and all of them end. */
static void colors_on_request(void **state)
{
	static const struct out_style colored = { .color = true, .unicode = true };
	struct buffer plain, buffer;
	struct made_tree made;
	size_t i, j = 0, sequences = 0;

	(void)state;
	make_tcp(&made, 0);
	made.record.ret = -EMFILE;
	made.tree.spans[0].ret = -EMFILE;
	made.tree.spans[0].failed = true;
	plain = show(&made, &unicode);
	assert_null(memchr(plain.data, '\033', plain.size));
	buffer = show(&made, &colored);
	assert_non_null(memmem(buffer.data, buffer.size, "\033[31m= -EMFILE\033[0m", 18));
	for (i = 0; i < buffer.size; i++) {
		if (buffer.data[i] != '\033') {
			buffer.data[j++] = buffer.data[i];
			continue;
		}
		assert_int_equal(!memcmp(buffer.data + i, "\033[0m", 4), sequences++ % 2);
		while (buffer.data[i] != 'm')
			i++;
	}
	assert_int_equal(sequences % 2, 0);
	/* spaces behind colored bars are the one difference left: none */
	assert_int_equal(j, plain.size);
	assert_memory_equal(buffer.data, plain.data, j);
	buffer__free(&plain);
	buffer__free(&buffer);
}

/* As a damaged file may say. */
static void limits_shares_to_the_whole(void **state)
{
	static const char row[] = "  100%  ██████████  = 7\n\n";
	struct made_tree made;
	struct buffer buffer;
	int root;

	(void)state;
	make_tree(&made, 0);
	root = add_span(&made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, 100, 7);
	add_span(&made, STAGE_SOCK_MAP_FD, root, 0, 160, 7);
	buffer = show(&made, &unicode);
	assert_non_null(memmem(buffer.data, buffer.size, row, strlen(row)));
	buffer__free(&buffer);
}

/* The column at which the unit of the first latency of a row ends; 0 if there is none. */
static size_t end_of_latency(const char *row, size_t size)
{
	size_t i;

	for (i = 3; i < size; i++) {
		/* "1.00 s" or "1.00 ms" */
		size_t blank = i - (row[i - 1] == ' ' ? 1 : 2);

		if (row[i] == 's' && row[blank] == ' ' && isdigit((unsigned char)row[blank - 1]))
			return i;
	}
	return 0;
}

static void make_any(struct made_tree *made, unsigned int *seed)
{
	int nr = 1 + rand_r(seed) % (TREE_MAX_SPANS - 1);
	int i;

	make_tree(made, (__u64)rand_r(seed) << 33);
	add_span(made, STAGE_SYS_SOCKET, TREE_NO_SPAN, 0, UINT64_MAX >> rand_r(seed) % 64, 0);
	for (i = 1; i < nr; i++) {
		int stage = rand_r(seed) % NR_STAGES;
		int parent = i - 1 - (i > 2 ? rand_r(seed) % 3 : 0);

		/* may be longer than the caller, as in a damaged file */
		add_span(made, (enum stage)stage, parent, 0, UINT64_MAX >> rand_r(seed) % 64,
			 (rand_r(seed) % 64) - 32);
		if (rand_r(seed) & 1)
			made->tree.spans[i].attach = ATTACH_RECONSTRUCTED;
	}
}

/* Any tree: every span a row, the latencies aligned, no space at the end of a row. */
static void aligns_any_tree(void **state)
{
	static struct made_tree made;
	unsigned int seed = 3;
	int i;

	(void)state;
	for (i = 0; i < 300; i++) {
		struct buffer buffer;
		size_t start = 0, column = 0;
		int rows = 0;

		make_any(&made, &seed);
		buffer = show(&made, &ascii);
		while (start < buffer.size) {
			const char *row = buffer.data + start;
			size_t size =
				(size_t)((char *)memchr(row, '\n', buffer.size - start) - row);
			size_t end = end_of_latency(row, size + 1);

			start += size + 1;
			if (size)
				assert_int_not_equal(row[size - 1], ' ');
			if (row == buffer.data || !size || memmem(row, size, "includes", 8))
				continue;
			assert_int_not_equal(end, 0);
			if (rows++)
				assert_int_equal(end, column);
			column = end;
		}
		assert_int_equal(rows, made.tree.nr_spans);
		buffer__free(&buffer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_in_unicode),
		cmocka_unit_test(draws_in_ascii),
		cmocka_unit_test(drops_columns_in_narrow_terminals),
		cmocka_unit_test(says_at_most_what_was_measured),
		cmocka_unit_test(says_what_a_failing_reconstruction_includes),
		cmocka_unit_test(shows_what_was_not_seen),
		cmocka_unit_test(shows_return_values_that_say_something),
		cmocka_unit_test(colors_on_request),
		cmocka_unit_test(limits_shares_to_the_whole),
		cmocka_unit_test(aligns_any_tree),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
