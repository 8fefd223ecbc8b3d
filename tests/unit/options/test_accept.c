// SPDX-License-Identifier: GPL-2.0
/*
 * Tests accept(): how it is asked for on the command line, assembled from a record, and shown by
 * all formats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "creation/assemble.h"
#include "fixtures/command_line.h"
#include "fixtures/trees.h"
#include "options/stage_options.h"

#define WAITED 2000000000ULL

static const struct out_style plain = { .width = 80 };

struct made_accept {
	struct trace_header header;
	struct wire_record record;
	struct tree tree;
};

static void add_call(struct made_accept *made, enum stage stage, int parent, __u64 start,
		     __u64 duration, __s32 ret, int flags)
{
	made->record.spans[made->record.nr_spans++] = (struct wire_span){
		.stage = stage,
		.parent = parent < 0 ? WIRE_NO_PARENT : parent,
		.start = start,
		.end = start + duration,
		.ret = ret,
		.flags = flags,
	};
}

static void make_plan(struct plan *plan)
{
	int stage, family;

	for (stage = 0; stage < NR_STAGES; stage++) {
		plan->probes[stage].function = stages[stage].name;
		plan->probes[stage].way = ATTACH_FENTRY;
	}
	for (family = 0; family < NR_FAMILIES; family++) {
		/*
		 * For a socket(), the outputs would say that this function was called but not
		 * observed.
		 */
		plan->probes[NR_STAGES + family].function = "inet_create";
		plan->probes[NR_STAGES + family].picked = true;
	}
}

/* accept4(3, SOCK_CLOEXEC) = 5, which took 2.00001 s and waited for 2 s of that. */
static void make_accept(struct made_accept *made)
{
	struct made_tree usual;

	make_tree(&usual, 0);
	memset(made, 0, sizeof(*made));
	make_header(&made->header);
	make_plan(&made->header.plan);
	made->record = usual.record;
	made->record.via = VIA_ACCEPT4;
	made->record.type = 1;
	made->record.accept_flags = 02000000;
	made->record.ret = 5;
	made->record.waited = WAITED;
	made->record.nr_sockets = 1;
	made->record.sockets[0] =
		(struct wire_socket){ .inode = 99, .fd = 5, .family = 2, .type = 1, .protocol = 6 };
	made->record.sockets[WIRE_LISTENER] =
		(struct wire_socket){ .inode = 98, .fd = 3, .family = 2, .type = 1, .protocol = 6 };
	add_call(made, STAGE_SYS_ACCEPT4, -1, 0, WAITED + 10000, 5, 0);
	add_call(made, STAGE_DO_ACCEPT, 0, 1000, WAITED + 8000, POINTER_VALID, 0);
	add_call(made, STAGE_SOCK_ALLOC, 1, 2000, 1000, POINTER_VALID, 0);
	add_call(made, STAGE_INET_ACCEPT, 1, 4000, WAITED + 4000, 0, 0);
	add_call(made, STAGE_INET_CSK_ACCEPT, 3, 5000, WAITED + 2500, POINTER_VALID,
		 WIRE_SPAN_WAITED);
}

static struct buffer show(struct made_accept *made, const struct out_format *format)
{
	struct buffer buffer = { 0 };
	struct out *out = format->create(&made->header, &plain);

	assert_non_null(out);
	assemble__tree(&made->tree, &made->record, &made->header.plan, NULL);
	format->creation(out, &made->tree, &buffer);
	format->destroy(out);
	buffer__add_char(&buffer, '\0');
	assert_false(buffer.failed);
	return buffer;
}

static void expect_text(struct made_accept *made, const struct out_format *format,
			const char *expected)
{
	struct buffer buffer = show(made, format);

	assert_string_equal(buffer.data, expected);
	buffer__free(&buffer);
}

static void expect_part(struct made_accept *made, const struct out_format *format,
			const char *expected)
{
	struct buffer buffer = show(made, format);

	if (!strstr(buffer.data, expected))
		fail_msg("not in it: %s\n%s", expected, buffer.data);
	buffer__free(&buffer);
}

static void is_observed_on_request(void **state)
{
	const __u64 ways_in = STAGE_BIT(STAGE_SYS_ACCEPT4) | STAGE_BIT(STAGE_IO_ACCEPT) |
			      STAGE_BIT(STAGE_DO_ACCEPT);
	const __u64 of_accept = stage_options__of_accept();
	struct parsed parsed;

	(void)state;
	assert_true(of_accept & STAGE_BIT(STAGE_SYS_ACCEPT4));
	PARSE(&parsed, "--detail", "full");
	assert_false(parsed.options.selection.accept);
	assert_false(parsed.options.selection.picked & of_accept);
	expect_success(&parsed);
	PARSE(&parsed, "--stages", "full");
	assert_false(parsed.options.selection.picked & of_accept);
	expect_success(&parsed);
	PARSE(&parsed, "--accept");
	assert_true(parsed.options.selection.accept);
	assert_true(parsed.options.selection.picked ==
		    (stage_options__up_to(DETAIL_CORE) | of_accept));
	expect_success(&parsed);
	PARSE(&parsed, "--accept", "--stages", "sock_alloc");
	assert_true((parsed.options.selection.picked & of_accept) == of_accept);
	expect_success(&parsed);
	PARSE(&parsed, "--stages", "inet_accept,core", "--accept");
	assert_true((parsed.options.selection.picked & of_accept) ==
		    (ways_in | STAGE_BIT(STAGE_INET_ACCEPT)));
	assert_true(parsed.options.selection.picked & STAGE_BIT(STAGE_IO_FIXED_FD_INSTALL));
	expect_success(&parsed);
	PARSE(&parsed, "--accept", "--stages", "__sys_accept4");
	assert_true((parsed.options.selection.picked & of_accept) == ways_in);
	assert_true(parsed.options.selection.picked & STAGE_BIT(STAGE_SYS_SOCKET));
	assert_false(parsed.options.selection.picked & STAGE_BIT(STAGE_SOCK_ALLOC));
	expect_success(&parsed);
	EXPECT_USAGE("--stages names a function of accept(): that needs --accept as well",
		     "--stages", "inet_accept");
}

static void spreads_the_wait_over_the_callers(void **state)
{
	static const __u64 waited[] = { WAITED, WAITED, 0, WAITED, WAITED };
	static const __u64 self[] = { 2000, 3000, 1000, 1500, 2500 };
	struct made_accept made;
	size_t i;

	(void)state;
	make_accept(&made);
	assemble__tree(&made.tree, &made.record, &made.header.plan, NULL);
	assert_int_equal(made.tree.nr_spans, 5);
	for (i = 0; i < 5; i++) {
		assert_true(made.tree.spans[i].waited_ns == waited[i]);
		assert_true(made.tree.spans[i].self_ns == self[i]);
	}
	assert_null(made.tree.unobserved);
	/* A call can't have waited longer than it took, whatever the record says. */
	made.record.waited = ~0ULL;
	assemble__tree(&made.tree, &made.record, &made.header.plan, NULL);
	for (i = 0; i < 5; i++)
		assert_true(made.tree.spans[i].waited_ns <= made.tree.spans[i].duration_ns);
}

static void shows_the_wait_in_the_head_of_a_tree(void **state)
{
	struct made_accept made;

	(void)state;
	make_accept(&made);
	expect_text(&made, &out_tree,
		    "12:00:00.000000 curl/100:101 accept4(3, SOCK_CLOEXEC) = 5  10.0 us, "
		    "waited 2.00 s, inode 99, made AF_INET, SOCK_STREAM, IPPROTO_TCP\n"
		    "__sys_accept4                    10.0 us    2.0 us  100%  ##########  = 5\n"
		    "`- do_accept                      8.0 us    3.0 us   80%  ########\n"
		    "   |- sock_alloc                  1.0 us    1.0 us   10%  #\n"
		    "   `- inet_accept                 4.0 us    1.5 us   40%  ####\n"
		    "      `- inet_csk_accept          2.5 us    2.5 us   25%  ###\n"
		    "\n");
}

static void names_the_call(void **state)
{
	struct made_accept made;

	(void)state;
	make_accept(&made);
	made.record.via = VIA_ACCEPT;
	made.record.accept_flags = 0;
	expect_part(&made, &out_tree, " accept(3) = 5 ");
	made.record.via = VIA_SOCKETCALL;
	expect_part(&made, &out_tree, ", via socketcall");
	made.record.via = VIA_IO_URING;
	made.record.spans[0].stage = STAGE_DO_ACCEPT;
	made.record.ret = POINTER_VALID;
	made.record.waited = 0;
	made.record.sockets[WIRE_LISTENER].fd = -1;
	expect_part(&made, &out_tree, " accept(?) = file ");
	expect_part(&made, &out_line, " io_uring accept ");
	made.record.spans[0].stage = STAGE_IO_ACCEPT;
	made.record.ret = 7;
	expect_part(&made, &out_tree, " accept(?) = 7 ");
	made.record.flags = WIRE_DIRECT;
	made.record.sockets[0].fd = 2;
	expect_part(&made, &out_tree, " accept(?) = slot 2 ");
	made.record.flags = WIRE_NO_NUMBER;
	expect_part(&made, &out_tree, " accept(?) = file ");
}

static void says_why_it_failed(void **state)
{
	struct made_accept made;

	(void)state;
	make_accept(&made);
	made.record.nr_spans = 1;
	made.record.nr_sockets = 0;
	made.record.waited = 0;
	made.record.spans[0].end = made.record.spans[0].start + 10000;
	made.record.spans[0].ret = made.record.ret = -EMFILE;
	made.record.descriptor_limit = 1024;
	expect_part(&made, &out_tree,
		    "= -1 EMFILE (Too many open files)  10.0 us\n"
		    "failed in __sys_accept4: no descriptor is left: the limit (RLIMIT_NOFILE) is "
		    "1024\n");
	made.record.spans[0].ret = made.record.ret = -EBADF;
	expect_part(
		&made, &out_tree,
		"failed in __sys_accept4: the descriptor is not open, or was opened with O_PATH\n");
	expect_text(&made, &out_line,
		    "12:00:00.000 100     curl        inet    stream tcp      EBADF           "
		    "10.0us\n");
}

static void has_a_row_of_its_own_kind(void **state)
{
	struct made_accept made;

	(void)state;
	make_accept(&made);
	expect_text(&made, &out_line,
		    "12:00:00.000 100     curl        inet    stream tcp      5 wait 2.00s    "
		    "10.0us\n");
	made.record.ret = 1234567;
	expect_text(&made, &out_line,
		    "12:00:00.000 100     curl        inet    stream tcp      1234567         "
		    "10.0us\n");
	made.record.ret = 5;
	made.record.waited = 0;
	expect_part(&made, &out_line, " 5 accept ");
}

static void tells_programs(void **state)
{
	struct made_accept made;

	(void)state;
	make_accept(&made);
	expect_part(&made, &out_jsonl, "\"via\":\"accept4\",\"family\":\"AF_INET\"");
	expect_part(&made, &out_jsonl,
		    "\"listener\":{\"fd\":3,\"inode\":98},\"duration_ns\":2000010000,"
		    "\"measured_ns\":2000010000,"
		    "\"waited_ns\":2000000000,");
	expect_part(
		&made, &out_jsonl,
		"\"name\":\"sock_alloc\",\"start_ns\":2000,\"duration_ns\":1000,\"measured_ns\":1000,"
		"\"self_ns\":1000,\"ret\":null");
	expect_part(&made, &out_jsonl,
		    "\"name\":\"inet_csk_accept\",\"start_ns\":5000,\"duration_ns\":2000002500,"
		    "\"measured_ns\":2000002500,"
		    "\"self_ns\":2500,\"waited_ns\":2000000000,");
	expect_part(&made, &out_timeline, "\"waited_ns\":2000000000,\"attach\":\"fentry\"");
	expect_part(&made, &out_timeline, "\"listener\":{\"fd\":3,\"inode\":98}");
	made.record.waited = 0;
	expect_part(&made, &out_jsonl, "\"measured_ns\":2000010000,\"waited_ns\":0,\"tree\"");
	expect_part(&made, &out_jsonl, "\"flags\":[\"SOCK_CLOEXEC\"],\"args\":{\"family\":2,");
	expect_part(&made, &out_jsonl, "\"flags\":524288}");
}

static void tells_whatever_was_asked_for(void **state)
{
	struct made_accept made;

	(void)state;
	make_accept(&made);
	made.record.sockets[WIRE_LISTENER] = (struct wire_socket){ .fd = -1 };
	made.record.accept_flags = 7;
	expect_part(&made, &out_tree, " accept4(-1, 0x7) = 5 ");
	expect_part(&made, &out_jsonl, "\"listener\":{\"fd\":-1,\"inode\":null}");
	expect_part(&made, &out_jsonl, "\"type\":\"SOCK_STREAM\"");
	expect_part(&made, &out_jsonl, "\"flags\":[\"0x7\"],");
	expect_part(&made, &out_jsonl, "\"protocol\":6,\"flags\":7}");
	made.record.via = VIA_IO_URING;
	made.record.spans[0].stage = STAGE_DO_ACCEPT;
	made.record.sockets[WIRE_LISTENER].inode = 98;
	expect_part(&made, &out_jsonl, "\"listener\":{\"fd\":null,\"inode\":98}");
}

static void other_creations_have_none_of_it(void **state)
{
	struct made_accept made;
	struct buffer buffer;

	(void)state;
	make_accept(&made);
	made.record.spans[0].stage = STAGE_SYS_SOCKET;
	made.record.via = VIA_SOCKET;
	made.record.nr_spans = 1;
	buffer = show(&made, &out_jsonl);
	assert_null(strstr(buffer.data, "waited_ns"));
	assert_null(strstr(buffer.data, "listener"));
	buffer__free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_observed_on_request),
		cmocka_unit_test(spreads_the_wait_over_the_callers),
		cmocka_unit_test(shows_the_wait_in_the_head_of_a_tree),
		cmocka_unit_test(names_the_call),
		cmocka_unit_test(says_why_it_failed),
		cmocka_unit_test(has_a_row_of_its_own_kind),
		cmocka_unit_test(tells_programs),
		cmocka_unit_test(tells_whatever_was_asked_for),
		cmocka_unit_test(other_creations_have_none_of_it),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests_name("accept", tests, NULL, NULL);
}
