// SPDX-License-Identifier: GPL-2.0
/* How the tree format begins: one line, more with -v, none with -q. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/socket.h>

#include "fixtures/trees.h"
#include "formats/formats.h"

/* The fixture's header, with a function that is not observed, and one that nobody wants. */
static void make(struct trace_header *header)
{
	make_header(header);
	header->plan.probes[NR_STAGES + AF_INET6] = (struct stage_plan){
		.function = "inet6_create", .picked = true, .reason = "not\nin this kernel"
	};
	header->plan.probes[STAGE_FD_INSTALL] =
		(struct stage_plan){ .function = "fd_install", .reason = "not picked" };
	header->plan.facts.named = STAGE_BIT(STAGE_FD_INSTALL);
}

static void expect(const struct trace_header *header, const struct out_style *style,
		   const char *text)
{
	struct buffer buffer = { 0 };
	struct out *out = out_tree.create(header, style);

	assert_non_null(out);
	out_tree.begin(out, &buffer);
	out_tree.destroy(out);
	buffer__add_char(&buffer, '\0');
	assert_false(buffer.failed);
	assert_string_equal(buffer.data, text);
	buffer__free(&buffer);
}

#define HOST "# sockcreate-trace 0.1.0, Linux 6.1.0-9-amd64 x86_64"

static void is_one_line(void **state)
{
	static const struct out_style style, color = { .color = true };
	struct trace_header header;

	(void)state;
	make(&header);
	expect(&header, &style, HOST ": 1 function observed; sock_map_fd reconstructed\n\n");
	expect(&header, &color,
	       "\033[2m" HOST ": 1 function observed; sock_map_fd reconstructed\n\033[0m\n");
	header.plan.probes[STAGE_SOCK_ALLOC] = (struct stage_plan){ .function = "sock_alloc",
								    .picked = true,
								    .way = ATTACH_KPROBE };
	header.plan.probes[NR_STAGES + AF_INET].function = "inet_create";
	header.plan.probes[NR_STAGES + AF_INET].picked = true;
	header.plan.probes[NR_STAGES + AF_INET].way = ATTACH_KPROBE_MULTI;
	header.plan.probes[STAGE_SOCK_MAP_FD].way = ATTACH_FENTRY;
	expect(&header, &style, HOST ": 4 functions observed\n\n");
}

static void says_what_users_named_and_do_not_get(void **state)
{
	static const struct out_style style;
	struct trace_header header;

	(void)state;
	make(&header);
	header.plan.facts.named |= STAGE_BIT(STAGE_FAMILY_CREATE) | STAGE_BIT(STAGE_SOCK_MAP_FD);
	expect(&header, &style,
	       HOST ": 1 function observed; sock_map_fd reconstructed; not observed: inet6_create "
		    "(list-stages says why)\n\n");
	header.plan.probes[STAGE_SOCK_MAP_FD].way = ATTACH_NONE;
	expect(&header, &style,
	       HOST ": 1 function observed; not observed: sock_map_fd, inet6_create "
		    "(list-stages says why)\n\n");
}

static void says_that_latencies_are_not_corrected(void **state)
{
	static const struct out_style style;
	struct trace_header header;

	(void)state;
	make(&header);
	header.costs.known = false;
	expect(&header, &style,
	       HOST ": 1 function observed; sock_map_fd reconstructed; latencies as measured\n\n");
}

static void says_more_if_verbose(void **state)
{
	static const struct out_style style = { .verbosity = 1 };
	struct trace_header header;

	(void)state;
	make(&header);
	expect(&header, &style,
	       HOST ": 1 function observed; sock_map_fd reconstructed\n"
		    "# not observed: inet6_create (not\\x0ain this kernel)\n"
		    "# reconstructed: sock_map_fd (inlined)\n"
		    "# rows: function, total latency, self latency, share, return value\n"
		    "# latencies are corrected: the cost of the probes is taken out\n"
		    "\n");
	header.costs.known = false;
	expect(&header, &style,
	       HOST ": 1 function observed; sock_map_fd reconstructed; latencies as measured\n"
		    "# not observed: inet6_create (not\\x0ain this kernel)\n"
		    "# reconstructed: sock_map_fd (inlined)\n"
		    "# rows: function, total latency, self latency, share, return value\n"
		    "# latencies are as measured: the cost of the probes is in them\n"
		    "\n");
}

static void says_nothing_if_quiet(void **state)
{
	static const struct out_style style = { .verbosity = -1 };
	struct trace_header header;

	(void)state;
	make(&header);
	header.plan.facts.named = ~0ULL;
	expect(&header, &style, "");
}

/* A release comes from the kernel, which may be anybody's. */
static void escapes_names(void **state)
{
	static const struct out_style style;
	struct trace_header header;

	(void)state;
	make_header(&header);
	strcpy(header.kernel, "6.1\033[2J");
	strcpy(header.arch, "\n");
	expect(&header, &style,
	       "# sockcreate-trace 0.1.0, Linux 6.1\\x1b[2J \\x0a: 1 function observed; "
	       "sock_map_fd reconstructed\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_one_line),
		cmocka_unit_test(says_what_users_named_and_do_not_get),
		cmocka_unit_test(says_that_latencies_are_not_corrected),
		cmocka_unit_test(says_more_if_verbose),
		cmocka_unit_test(says_nothing_if_quiet),
		cmocka_unit_test(escapes_names),
	};

	return cmocka_run_group_tests_name("trace_head", tests, NULL, NULL);
}
