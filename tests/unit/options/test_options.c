// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "fixtures/command_line.h"
#include "options/stage_options.h"

static void has_defaults(void **state)
{
	struct parsed parsed;
	/* Users of the first version know these stages. */
	const __u64 core = STAGE_BIT(STAGE_SYS_SOCKET_FILE) | STAGE_BIT(STAGE_SYS_SOCKET) |
			   STAGE_BIT(STAGE_SYS_SOCKETPAIR) | STAGE_BIT(STAGE_SOCK_CREATE) |
			   STAGE_BIT(STAGE_SECURITY_SOCKET_CREATE) | STAGE_BIT(STAGE_SOCK_ALLOC) |
			   STAGE_BIT(STAGE_REQUEST_MODULE) | STAGE_BIT(STAGE_FAMILY_CREATE) |
			   STAGE_BIT(STAGE_SK_ALLOC) | STAGE_BIT(STAGE_SOCK_INIT_DATA) |
			   STAGE_BIT(STAGE_TCP_V4_INIT_SOCK) | STAGE_BIT(STAGE_TCP_V6_INIT_SOCK) |
			   STAGE_BIT(STAGE_UDP_INIT_SOCK) | STAGE_BIT(STAGE_UDPV6_INIT_SOCK) |
			   STAGE_BIT(STAGE_SOCK_MAP_FD) | STAGE_BIT(STAGE_SOCK_ALLOC_FILE) |
			   STAGE_BIT(STAGE_IO_SOCKET_PREP) | STAGE_BIT(STAGE_IO_SOCKET) |
			   STAGE_BIT(STAGE_IO_FIXED_FD_INSTALL);
	struct filter none;

	(void)state;
	memset(&none, 0, sizeof(none));
	parse(&parsed, (char *)NULL);
	assert_memory_equal(&parsed.options.selection.filter, &none, sizeof(none));
	assert_int_equal(parsed.options.verb, VERB_TRACE);
	assert_int_equal(parsed.options.selection.buffer_mib, 8);
	assert_int_equal(parsed.options.selection.attach, ATTACH_CHOICE_AUTO);
	assert_int_equal(parsed.options.presentation.color, COLOR_AUTO);
	assert_true(parsed.options.selection.picked == core);
	assert_int_equal(parsed.options.presentation.nr_outputs, 1);
	assert_ptr_equal(parsed.options.presentation.outputs[0].format, &out_tree);
	assert_null(parsed.options.presentation.outputs[0].path);
	assert_null(parsed.options.run.ready_file);
	assert_null(parsed.options.selection.btf);
	assert_null(parsed.options.run.command);
	assert_true(parsed.options.run.duration_ns == 0);
	assert_true(parsed.options.presentation.count == 0);
	assert_false(parsed.options.no_follow);
	assert_false(parsed.options.run.no_nice);
	assert_false(parsed.options.selection.raw_latency);
	assert_false(parsed.options.run.overhead);
	assert_false(parsed.options.quiet);
	assert_false(parsed.options.selection.state);
	assert_int_equal(parsed.options.verbose, 0);
	expect_success(&parsed);
}

/* What seccomp refuses is watched where it is asked for, or for the sake of certain processes. */
static void watches_seccomp(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-c", "curl", "-u", "0");
	assert_false(selection__may_watch_seccomp(&parsed.options.selection));
	expect_success(&parsed);
	PARSE(&parsed, "--seccomp");
	assert_true(parsed.options.selection.seccomp);
	assert_true(selection__may_watch_seccomp(&parsed.options.selection));
	expect_success(&parsed);
	PARSE(&parsed, "-p", "1");
	assert_false(parsed.options.selection.seccomp);
	assert_true(selection__may_watch_seccomp(&parsed.options.selection));
	expect_success(&parsed);
	PARSE(&parsed, "--", "curl");
	assert_true(selection__may_watch_seccomp(&parsed.options.selection));
	expect_success(&parsed);
	PARSE(&parsed, "--no-seccomp", "--", "curl");
	assert_false(selection__may_watch_seccomp(&parsed.options.selection));
	expect_success(&parsed);
	EXPECT_USAGE("--seccomp and --no-seccomp don't go together", "--seccomp", "--no-seccomp");
}

static void takes_flags(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--color", "always", "-q", "-vv", "--verbose", "--ready-file", "c",
	      "--state", "--no-nice", "--raw-latency", "--overhead");
	assert_string_equal(parsed.options.run.ready_file, "c");
	assert_true(parsed.options.selection.state);
	assert_true(parsed.options.run.no_nice);
	assert_true(parsed.options.selection.raw_latency);
	assert_true(parsed.options.run.overhead);
	assert_int_equal(parsed.options.presentation.color, COLOR_ALWAYS);
	assert_true(parsed.options.quiet);
	assert_int_equal(parsed.options.verbose, 3);
	expect_success(&parsed);
	PARSE(&parsed, "--quiet", "--color=never");
	assert_true(parsed.options.quiet);
	assert_int_equal(parsed.options.presentation.color, COLOR_NEVER);
	expect_success(&parsed);
	PARSE(&parsed, "--color=never", "--color=auto");
	assert_int_equal(parsed.options.presentation.color, COLOR_AUTO);
	expect_success(&parsed);
	EXPECT_USAGE("--color: \"yes\" is not auto, always or never", "--color", "yes");
}

static void takes_stages(void **state)
{
	const __u64 roots = STAGE_BIT(STAGE_IO_SOCKET_PREP) | STAGE_BIT(STAGE_IO_SOCKET) |
			    STAGE_BIT(STAGE_SYS_SOCKET_FILE) | STAGE_BIT(STAGE_SOCK_CREATE) |
			    STAGE_BIT(STAGE_SYS_SOCKET) | STAGE_BIT(STAGE_SYS_SOCKETPAIR);
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--stages", "sk_alloc,inode_init_always_gfp", "--stages", "fd_install");
	assert_true(parsed.options.selection.picked ==
		    (roots | STAGE_BIT(STAGE_SK_ALLOC) | STAGE_BIT(STAGE_INODE_INIT_ALWAYS) |
		     STAGE_BIT(STAGE_FD_INSTALL)));
	expect_success(&parsed);
	PARSE(&parsed, "--stages", "core,sk_prot_alloc");
	assert_true(parsed.options.selection.picked & STAGE_BIT(STAGE_SK_ALLOC));
	assert_true(parsed.options.selection.picked & STAGE_BIT(STAGE_SK_PROT_ALLOC));
	assert_false(parsed.options.selection.picked & STAGE_BIT(STAGE_FD_INSTALL));
	expect_success(&parsed);
	EXPECT_USAGE("--stages: there is no stage \"sk\"; list-stages shows all", "--stages",
		     "core,sk");
	EXPECT_USAGE("--stages: there is no stage \"inet_create\"; the create functions of all "
		     "families are picked as one: family_create",
		     "--stages", "inet_create");
	EXPECT_USAGE("--stages: there is no stage \"\"; list-stages shows all", "--stages", "");
	EXPECT_USAGE("--stages: there is no stage \"\"; list-stages shows all", "--stages",
		     "core,");
	EXPECT_USAGE("--detail and --stages don't go together", "--stages", "core", "--detail",
		     "full");
}

static void takes_probe_options(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--attach", "kprobe", "--btf", "b", "--buffer-size", "1", "--detail",
	      "full");
	assert_int_equal(parsed.options.selection.attach, ATTACH_CHOICE_KPROBE);
	assert_string_equal(parsed.options.selection.btf, "b");
	assert_int_equal(parsed.options.selection.buffer_mib, 1);
	assert_true(parsed.options.selection.picked == stage_options__up_to(DETAIL_FULL));
	expect_success(&parsed);
	PARSE(&parsed, "--attach=fentry", "--buffer-size=1024", "--detail=full", "--detail=core");
	assert_int_equal(parsed.options.selection.attach, ATTACH_CHOICE_FENTRY);
	assert_int_equal(parsed.options.selection.buffer_mib, 1024);
	assert_false(parsed.options.selection.picked & 1ULL << STAGE_FD_INSTALL);
	expect_success(&parsed);
	PARSE(&parsed, "--attach", "kprobe.multi");
	assert_int_equal(parsed.options.selection.attach, ATTACH_CHOICE_KPROBE_MULTI);
	expect_success(&parsed);
	EXPECT_USAGE(
		"--attach: \"uprobe\" is not auto, fentry, kprobe, kprobe.session or kprobe.multi",
		"--attach", "uprobe");
	EXPECT_USAGE("--detail: \"more\" is not core or full", "--detail", "more");
	EXPECT_USAGE("--buffer-size: \"0\" is not a power of two from 1 to 1024", "--buffer-size",
		     "0");
	EXPECT_USAGE("--buffer-size: \"3\" is not a power of two from 1 to 1024", "--buffer-size",
		     "3");
	EXPECT_USAGE("--buffer-size: \"2048\" is not a power of two from 1 to 1024",
		     "--buffer-size", "2048");
	EXPECT_USAGE("--buffer-size: \"8M\" is not a power of two from 1 to 1024",
		     "--buffer-size=8M");
}

static void takes_limits(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-d", "10", "-n", "18446744073709551615", "-m", "100", "-x");
	assert_true(parsed.options.run.duration_ns == 10000000000ULL);
	assert_true(parsed.options.presentation.count == UINT64_MAX);
	assert_true(parsed.options.selection.filter.min_ns == 100000);
	assert_int_equal(parsed.options.selection.filter.failed_only, 1);
	expect_success(&parsed);
	PARSE(&parsed, "--duration=0.25", "--count=1", "--min-us=1.5", "--failed");
	assert_true(parsed.options.run.duration_ns == 250000000);
	assert_true(parsed.options.presentation.count == 1);
	assert_true(parsed.options.selection.filter.min_ns == 1500);
	assert_int_equal(parsed.options.selection.filter.failed_only, 1);
	expect_success(&parsed);
	assert_true(parsed.options.run.stuck_ns == 5000000000ULL);
	PARSE(&parsed, "--stuck", "0.5");
	assert_true(parsed.options.run.stuck_ns == 500000000);
	expect_success(&parsed);
	PARSE(&parsed, "--stuck=0");
	assert_true(parsed.options.run.stuck_ns == 0);
	expect_success(&parsed);
	EXPECT_USAGE("--stuck: \"-1\" is not a number of seconds, or 0 for never", "--stuck", "-1");
	PARSE(&parsed, "-d", ".0000000019", "-m", "0.0019");
	assert_true(parsed.options.run.duration_ns == 1); /* fractions are dropped */
	assert_true(parsed.options.selection.filter.min_ns == 1);
	expect_success(&parsed);
	PARSE(&parsed, "-m", "18446744073709551.615");
	assert_true(parsed.options.selection.filter.min_ns == UINT64_MAX);
	expect_success(&parsed);
}

static void refuses_bad_limits(void **state)
{
	static const char *const bad[] = {
		"",    "-1", "+1",  " 1",  "1 ",   "1x",    "x",
		"1.",  ".",  "1,5", "1e3", "0x10", "1.2.3", "99999999999999999999",
		"inf", "nan"
	};
	struct parsed parsed;
	char message[100];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(message, sizeof(message),
			 "--duration: \"%s\" is not a number of seconds above 0", bad[i]);
		EXPECT_USAGE(message, "-d", bad[i]);
		snprintf(message, sizeof(message),
			 "--min-us: \"%s\" is not a number of microseconds", bad[i]);
		EXPECT_USAGE(message, "-m", bad[i]);
		snprintf(message, sizeof(message),
			 "--count: \"%s\" is not a number of sockets above 0", bad[i]);
		EXPECT_USAGE(message, "-n", bad[i]);
	}
	EXPECT_USAGE("--duration: \"0\" is not a number of seconds above 0", "-d", "0");
	EXPECT_USAGE("--count: \"0\" is not a number of sockets above 0", "-n", "0");
	EXPECT_USAGE("--count: \"0.5\" is not a number of sockets above 0", "-n", "0.5");
	EXPECT_USAGE("--count: \"18446744073709551616\" is not a number of sockets above 0", "-n",
		     "18446744073709551616");
	EXPECT_USAGE("--min-us: \"18446744073709551.616\" is not a number of microseconds", "-m",
		     "18446744073709551.616");
	PARSE(&parsed, "-m", "0");
	expect_success(&parsed);
}

static void finds_the_command(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-q", "curl", "-v", "--", "-x");
	assert_ptr_equal(parsed.options.run.command, &parsed.argv[2]);
	assert_int_equal(parsed.options.verbose, 0);
	assert_false(parsed.options.no_follow);
	expect_success(&parsed);
	PARSE(&parsed, "--no-follow", "--", "-x", "y");
	assert_string_equal(parsed.options.run.command[0], "-x");
	assert_string_equal(parsed.options.run.command[1], "y");
	assert_null(parsed.options.run.command[2]);
	assert_true(parsed.options.no_follow);
	assert_int_equal(parsed.options.selection.filter.failed_only, 0);
	expect_success(&parsed);
	PARSE(&parsed, "-o", "--");
	assert_string_equal(parsed.options.presentation.outputs[0].path, "--");
	assert_null(parsed.options.run.command);
	expect_success(&parsed);
	EXPECT_USAGE("no COMMAND behind --", "-q", "--");
	EXPECT_USAGE("--no-follow needs a COMMAND", "--no-follow");
	EXPECT_USAGE("--pid and --tid don't go together with a COMMAND", "-p", "1", "curl");
	EXPECT_USAGE("--pid and --tid don't go together with a COMMAND", "-t", "1", "--", "curl");
}

static void takes_stacks(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-K");
	assert_true(parsed.options.selection.kernel_stack && !parsed.options.selection.user_stack);
	PARSE(&parsed, "-U");
	assert_true(parsed.options.selection.user_stack && !parsed.options.selection.kernel_stack);
	PARSE(&parsed, "--stack", "kernel");
	assert_true(parsed.options.selection.kernel_stack && !parsed.options.selection.user_stack);
	PARSE(&parsed, "--stack", "user", "-K");
	assert_true(parsed.options.selection.kernel_stack && parsed.options.selection.user_stack);
	PARSE(&parsed, "--stack", "both");
	assert_true(parsed.options.selection.kernel_stack && parsed.options.selection.user_stack);
	EXPECT_USAGE("--stack: \"all\" is not kernel, user or both", "--stack", "all");
}

static void refuses_what_it_does_not_know(void **state)
{
	(void)state;
	EXPECT_USAGE("unknown option -z (see --help)", "-z");
	EXPECT_USAGE("unknown option -z (see --help)", "-xz");
	EXPECT_USAGE("unknown option --bogus (see --help)", "--bogus");
	EXPECT_USAGE("unknown option --bogus (see --help)", "--bogus=1");
	EXPECT_USAGE("there is no name of an option in \"--=x\" (see --help)", "--=x");
	EXPECT_USAGE("--quiet=1: --quiet takes no value", "--quiet=1");
	EXPECT_USAGE("-p needs a value", "-p");
	EXPECT_USAGE("-p needs a value", "-xp");
	EXPECT_USAGE("--format needs a value", "--format");
}

static void names_near_options(void **state)
{
	(void)state;
	EXPECT_USAGE("unknown option --famly: did you mean --family?", "--famly", "inet");
	EXPECT_USAGE("unknown option --famly: did you mean --family?", "--famly=inet");
	EXPECT_USAGE("unknown option --Quiet: did you mean --quiet?", "--Quiet");
	EXPECT_USAGE("unknown option --xid: did you mean --pid, --tid or --uid?", "--xid", "1");
	EXPECT_USAGE("unknown option -F: did you mean -f?", "-F", "inet");
	EXPECT_USAGE("unknown option -k: did you mean -K?", "-xk");
	EXPECT_USAGE("unknown option -verbose: did you mean --verbose?", "-verbose");
	EXPECT_USAGE("unknown option -verb: did you mean --verb?", "-verb");
	/* Else it would be the filter -p with the value id. */
	EXPECT_USAGE("unknown option -pid: did you mean --pid?", "-q", "-pid", "1");
	EXPECT_USAGE("unknown option "
		     "--an-option-that-is-longer-than-the-name-of-any-other (see --help)",
		     "--an-option-that-is-longer-than-the-name-of-any-other=1");
	/* nothing in the command line gets to the terminal unescaped */
	EXPECT_USAGE("unknown option --\\x1b[2J (see --help)", "--\033[2J");
}

static void takes_abbreviations_that_are_not_ambiguous(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--fail", "--dur=1");
	assert_int_equal(parsed.options.selection.filter.failed_only, 1);
	assert_true(parsed.options.run.duration_ns == 1000000000);
	expect_success(&parsed);
	/* a whole name is not ambiguous, even if other names begin with it */
	PARSE(&parsed, "--stack", "user", "--state");
	expect_success(&parsed);
	EXPECT_USAGE("option --co is ambiguous: it can be --comm, --count or --color", "--co");
	EXPECT_USAGE("option --sta is ambiguous: it can be --stack, --stages or --state",
		     "--sta=kernel");
	EXPECT_USAGE("option --ver is ambiguous: it can be --verbose or --version", "--ver");
}

/* A terminal would break longer lines. */
static void expect_narrow(const char *text)
{
	size_t column = 0;

	for (; *text; text++) {
		column = *text == '\n' ? 0 : column + 1;
		assert_true(column < 80);
	}
}

/* Return whether a line of the text begins with these words. */
static bool has_row(const char *text, const char *words)
{
	const char *at = text;

	while ((at = strstr(at, words))) {
		const char *begin = at;

		while (begin > text && begin[-1] == ' ')
			begin--;
		if (begin == text || begin[-1] == '\n')
			return true;
		at++;
	}
	return false;
}

static void prints_help(void **state)
{
	static const char *const rows[] = {
		"-p, --pid PID",
		"-t, --tid TID",
		"-c, --comm NAME",
		"-u, --uid USER",
		"-f, --family",
		"--type TYPE",
		"--protocol PROTOCOL",
		"--cgroup PATH",
		"--netns PATH|INODE",
		"-x, --failed",
		"-m, --min-us N",
		"--no-follow",
		"-d, --duration",
		"-n, --count N",
		"--format FORMAT",
		"-o, --output",
		"--timeline FILE",
		"--color WHEN",
		"-q, --quiet",
		"-v, --verbose",
		"--attach WAY",
		"--list-stages",
		"--buffer-size MIB",
		"--btf FILE",
		"--ready-file PATH",
		"-V, --version",
		"-h, --help",
		"--detail LEVEL",
		"Examples:",
		"-K, --kernel-stack",
		"--no-nice",
		"--no-tree",
		"--accept",
		"-U, --user-stack",
		"--stages LIST",
		"--state",
		"--overhead",
		"--raw-latency",
		"--stack WHICH",
		"tree ",
		"jsonl ",
		"trace ",
		"list-stages ",
	};
	struct parsed parsed;
	size_t i;

	(void)state;
	PARSE(&parsed, "-h");
	assert_int_equal(parsed.result, OPTIONS_DONE);
	assert_string_equal(parsed.err, "");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!has_row(parsed.out, rows[i]))
			fail_msg("--help lacks %s", rows[i]);
	}
	assert_true(strlen(parsed.out) < sizeof(parsed.out) - 1);
	expect_narrow(parsed.out);
	PARSE(&parsed, "--help", "--bogus");
	assert_int_equal(parsed.result, OPTIONS_DONE);
}

static void prints_the_help_of_a_verb(void **state)
{
	struct parsed general, trace, list, other;

	(void)state;
	PARSE(&general, "--help");
	PARSE(&trace, "trace", "--help");
	assert_int_equal(trace.result, OPTIONS_DONE);
	assert_true(has_row(trace.out, "-p, --pid PID"));
	assert_false(has_row(trace.out, "Verbs"));
	assert_true(has_row(general.out, "Verbs"));
	PARSE(&list, "list-stages", "-h");
	assert_int_equal(list.result, OPTIONS_DONE);
	expect_narrow(list.out);
	assert_true(has_row(list.out, "Usage: sockcreate-trace list-stages"));
	assert_true(has_row(list.out, "--attach WAY"));
	assert_false(has_row(list.out, "-p, --pid"));
	assert_false(has_row(list.out, "--overhead"));
	assert_null(strstr(list.out, "COMMAND"));
	PARSE(&other, "--help", "list-stages");
	assert_string_equal(other.out, list.out);
	PARSE(&other, "--help", "--", "list-stages");
	assert_string_equal(other.out, general.out);
	PARSE(&other, "--help", "curl");
	assert_string_equal(other.out, general.out);
}

static void prints_the_version(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-V");
	assert_int_equal(parsed.result, OPTIONS_DONE);
	assert_int_equal(strncmp(parsed.out, "sockcreate-trace ", 17), 0);
	assert_int_equal(parsed.out[strlen(parsed.out) - 1], '\n');
	PARSE(&parsed, "list-stages", "--version");
	assert_int_equal(parsed.result, OPTIONS_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_defaults),
		cmocka_unit_test(takes_flags),
		cmocka_unit_test(watches_seccomp),
		cmocka_unit_test(takes_probe_options),
		cmocka_unit_test(takes_stages),
		cmocka_unit_test(takes_limits),
		cmocka_unit_test(refuses_bad_limits),
		cmocka_unit_test(finds_the_command),
		cmocka_unit_test(takes_stacks),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(names_near_options),
		cmocka_unit_test(takes_abbreviations_that_are_not_ambiguous),
		cmocka_unit_test(prints_help),
		cmocka_unit_test(prints_the_help_of_a_verb),
		cmocka_unit_test(prints_the_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
