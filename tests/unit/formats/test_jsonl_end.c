// SPDX-License-Identifier: GPL-2.0
/* Tests the object at the end of jsonl: what became of all creations. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/python.h"
#include "fixtures/trees.h"

/* Run script on that object alone. */
static void check_end(const struct trace_account *account, const char *script)
{
	static const struct out_style plain;
	struct buffer buffer = { 0 };
	struct trace_header header;
	struct out *out;

	make_header(&header);
	out = out_jsonl.create(&header, &plain);
	assert_non_null(out);
	out_jsonl.end(out, account, &buffer);
	out_jsonl.destroy(out);
	check_with_python(script, buffer.data, buffer.size);
	buffer__free(&buffer);
}

static void writes_the_end(void **state)
{
	static const struct trace_account account = {
		.shown = UINT64_MAX,
		.failed = 1,
		.filtered = 2,
		.not_shown = 3,
		.in_flight = 4,
		.foreign = 5,
		.probe_missed = 6,
		.unfollowed = 13,
		.lost = { [LOST_RING_BUFFER_FULL] = 7,
			  [LOST_SESSION_TABLE_FULL] = 8,
			  [LOST_ENTRY_WITHOUT_EXIT] = 9,
			  [LOST_OUTERMOST_ENTRY_MISSED] = 14,
			  [LOST_RECORD_DAMAGED] = 16,
			  [LOST_SPAN_ARRAY_FULL] = 10,
			  [LOST_SPAN_WITHOUT_EXIT] = 11,
			  [LOST_EXIT_WITHOUT_ENTRY] = 12,
			  [LOST_STATE] = 15,
			  [LOST_FRAME] = 17 },
		.blindness = { .nr = 2,
			       .more = 16,
			       .spells = { { ATTACH_FENTRY, "kernel.ftrace_enabled", 0, 17,
					     1000000020, 2000000000 },
					   { ATTACH_KPROBE, NULL, 20, 21, 23, 0 } } },
	};

	(void)state;
	check_end(
		&account,
		"end, = lines(sys.argv[1])\n"
		"same('end', end, {'event': 'end', 'sockets': 2**64 - 1,\n"
		"    'failed': 1, 'filtered': 2, 'not_shown': 3, 'in_flight': 4,\n"
		"    'probe_missed': 6, 'foreign': 5, 'unfollowed': 13, 'lost': {'ring_buffer_full': 7,\n"
		"    'session_table_full': 8, 'entry_without_exit': 9,\n"
		"    'outermost_entry_missed': 14, 'record_damaged': 16,\n"
		"    'span_array_full': 10, 'span_without_exit': 11,\n"
		"    'exit_without_entry': 12, 'state': 15, 'frame': 17},\n"
		"    'blind': [{'attach': 'fentry', 'from': '2024-02-29T12:00:00.000000000Z',\n"
		"        'to': '2024-02-29T12:00:02.000000000Z', 'least_ns': 1000000003,\n"
		"        'most_ns': 2000000000, 'switch': 'kernel.ftrace_enabled'},\n"
		"       {'attach': 'kprobe', 'from': '2024-02-29T12:00:00.000000020Z',\n"
		"        'to': None, 'least_ns': 2, 'most_ns': 3, 'switch': None}],\n"
		"    'blind_more': 16})\n");
}

static void names_processes_that_lost_some(void **state)
{
	struct trace_account account = {
		.lost_processes = { { .count = 5, .pid = 4, .uid = 1000, .comm = "a\nb\xff" },
				    { .count = 2 } },
		.nr_lost_processes = 2,
	};

	(void)state;
	check_end(&account, "end, = lines(sys.argv[1])\n"
			    "same('lost_by', end['lost_by'],\n"
			    "     [{'pid': 4, 'uid': 1000, 'comm': 'a\\nb\\ufffd', 'lost': 5},\n"
			    "      {'pid': 0, 'uid': 0, 'comm': '', 'lost': 2}])\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_end),
		cmocka_unit_test(names_processes_that_lost_some),
	};

	return cmocka_run_group_tests_name("jsonl_end", tests, NULL, NULL);
}
