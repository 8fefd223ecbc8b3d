// SPDX-License-Identifier: GPL-2.0
/*
 * A timeline's file is valid JSON at any time: after each flush, and wherever a full disk cuts it
 * off. What is counted as shown is in it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "fixtures/files.h"
#include "fixtures/messages.h"
#include "fixtures/python.h"
#include "fixtures/trees.h"
#include "formats/sink.h"

/* How many sockets are in the file, which must be whole. */
#define SOCKETS                                                           \
	"def sockets(path):\n"                                            \
	"    events = parse(read(path).decode('utf-8'))['traceEvents']\n" \
	"    return sum(e['ph'] == 'E' for e in events)\n"

static struct sink *begin(const char *path, struct trace_header *header)
{
	static const struct out_style style;
	struct sink *sink = sink__open(path);

	assert_non_null(sink);
	make_header(header);
	assert_true(sink__begin(sink, &out_timeline, header, &style));
	return sink;
}

static void add(struct sink *sink, int number)
{
	struct made_tree made;

	make_tcp(&made, 10000000000 + (__u64)number * 1000000);
	assert_true(sink__creation(sink, &made.tree));
}

static void is_valid_after_each_flush(void **state)
{
	static const char *const scripts[] = {
		SOCKETS "same('sockets', sockets(sys.argv[1]), 0)\n",
		SOCKETS "same('sockets', sockets(sys.argv[1]), 1)\n",
		SOCKETS "same('sockets', sockets(sys.argv[1]), 2)\n",
		SOCKETS "same('sockets', sockets(sys.argv[1]), 3)\n",
	};
	const struct trace_account account = { 0 };
	struct trace_header header;
	char *path = make_file("", 0);
	struct sink *sink = begin(path, &header);
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_true(sink__flush(sink));
		run_python(scripts[i], path, NULL);
		add(sink, i);
	}
	assert_true(sink__close(sink, &account));
	run_python(SOCKETS "same('sockets', sockets(sys.argv[1]), 4)\n", path, NULL);
	remove_file(path);
}

static void limit_file_size(__u64 bytes)
{
	const struct rlimit limit = { bytes, RLIM_INFINITY };

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/*
 * The second flush, of three sockets behind one, is cut off so many bytes behind the end of the
 * file, where the disk is full; shown is then what the sink says. Returns whether there was more to
 * write.
 */
static bool cut_off_behind(const char *path, size_t most, __u64 *shown)
{
	const struct trace_account account = { 0 };
	struct trace_header header;
	struct sink *sink = begin(path, &header);
	bool cut;
	int i;

	add(sink, 0);
	assert_true(sink__flush(sink));
	for (i = 1; i <= 3; i++)
		add(sink, i);
	limit_file_size(sink__written(sink) + strlen(out_timeline.closing) + most);
	cut = !sink__flush(sink);
	limit_file_size(RLIM_INFINITY);
	*shown = 4 - sink__missing(sink).creations;
	assert_true(sink__close(sink, &account) == !cut);
	return cut;
}

/* Each has its own file, whose name ends with how many sockets are to be in it. */
static void is_valid_wherever_it_is_cut_off(void **state)
{
	char folder[FILES_PATH_SIZE], path[2 * FILES_PATH_SIZE], name[3 * FILES_PATH_SIZE];
	struct messages messages;
	bool cut = true;
	size_t most;
	__u64 shown;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	files__begin(folder);
	snprintf(path, sizeof(path), "%s/cut", folder);
	/* Steps that are smaller than the closing: its room is to be missing, too. */
	for (most = 0; cut; most += 3) {
		messages__begin(&messages);
		cut = cut_off_behind(path, most, &shown);
		messages__end(&messages);
		snprintf(name, sizeof(name), "%s/%zu-%llu", folder, most, shown);
		assert_int_equal(rename(path, name), 0);
	}
	run_python("import os\n" SOCKETS "found = set()\n"
		   "for name in os.listdir(sys.argv[1]):\n"
		   "    shown = int(name.split('-')[1])\n"
		   "    same(name, sockets(sys.argv[1] + '/' + name), shown)\n"
		   "    found.add(shown)\n"
		   "same('shown', found, {1, 2, 3, 4})\n",
		   folder, NULL);
	files__end(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_valid_after_each_flush),
		cmocka_unit_test(is_valid_wherever_it_is_cut_off),
	};

	return cmocka_run_group_tests_name("sink_timeline", tests, NULL, NULL);
}
