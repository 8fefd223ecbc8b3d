// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/opts.h"

#define MAX_ARGUMENTS 100

/* A command line, its outcome, and what was printed. */
struct parsed {
	char *argv[MAX_ARGUMENTS + 2];
	int argc;
	enum opts_result result;
	struct options options;
	char out[8192], err[1024];
};

static int divert(int fd, FILE *file)
{
	int saved = dup(fd);

	assert_true(saved >= 0);
	assert_true(dup2(fileno(file), fd) >= 0);
	return saved;
}

/* Ends the diversion; text is what came through it. */
static void restore(int fd, int saved, FILE *file, char *text, size_t size)
{
	assert_true(dup2(saved, fd) >= 0);
	close(saved);
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

static void parse_arguments(struct parsed *parsed)
{
	FILE *out = tmpfile(), *err = tmpfile();
	int saved_out, saved_err;

	assert_non_null(out);
	assert_non_null(err);
	fflush(stdout);
	saved_out = divert(STDOUT_FILENO, out);
	saved_err = divert(STDERR_FILENO, err);
	parsed->result = opts__parse(&parsed->options, parsed->argc, parsed->argv);
	fflush(stdout);
	restore(STDOUT_FILENO, saved_out, out, parsed->out, sizeof(parsed->out));
	restore(STDERR_FILENO, saved_err, err, parsed->err, sizeof(parsed->err));
}

/* Arguments end with NULL. */
static void __attribute__((sentinel)) parse(struct parsed *parsed, ...)
{
	va_list arguments;

	memset(parsed, 0, sizeof(*parsed));
	parsed->argv[parsed->argc++] = (char *)"sockcreate-trace";
	va_start(arguments, parsed);
	while ((parsed->argv[parsed->argc] = va_arg(arguments, char *)))
		assert_true(++parsed->argc <= MAX_ARGUMENTS);
	va_end(arguments);
	parse_arguments(parsed);
}

static void expect_success(struct parsed *parsed)
{
	if (parsed->result != OPTS_RUN)
		fail_msg("result %d: %s", parsed->result, parsed->err);
	assert_string_equal(parsed->err, "");
	assert_string_equal(parsed->out, "");
	opts__free(&parsed->options);
}

static void expect_failure(struct parsed *parsed, enum opts_result result, const char *message)
{
	char line[1024];

	snprintf(line, sizeof(line), "sockcreate-trace: %s\n", message);
	assert_string_equal(parsed->err, line);
	assert_int_equal(parsed->result, result);
	assert_string_equal(parsed->out, "");
	opts__free(&parsed->options);
}

#define PARSE(parsed, ...) parse(parsed, __VA_ARGS__, (char *)NULL)

#define EXPECT_USAGE(message, ...)                            \
	do {                                                  \
		struct parsed wrong_;                         \
		PARSE(&wrong_, __VA_ARGS__);                  \
		expect_failure(&wrong_, OPTS_USAGE, message); \
	} while (0)

#define EXPECT_ERROR(message, ...)                            \
	do {                                                  \
		struct parsed wrong_;                         \
		PARSE(&wrong_, __VA_ARGS__);                  \
		expect_failure(&wrong_, OPTS_ERROR, message); \
	} while (0)

static void expect_values(const struct filter_values *values, __u32 nr, ...)
{
	va_list expected;
	__u32 i;

	assert_int_equal(values->nr, nr);
	va_start(expected, nr);
	for (i = 0; i < nr; i++)
		assert_int_equal(values->values[i], va_arg(expected, __u32));
	va_end(expected);
}

static void has_defaults(void **state)
{
	__u64 all = (1ULL << NR_STAGES) - 1;
	struct parsed parsed;
	struct filter none;

	(void)state;
	memset(&none, 0, sizeof(none));
	parse(&parsed, (char *)NULL);
	assert_memory_equal(&parsed.options.filter, &none, sizeof(none));
	assert_ptr_equal(parsed.options.format, &out_tree);
	assert_int_equal(parsed.options.buffer_mib, 8);
	assert_int_equal(parsed.options.attach, ATTACH_CHOICE_AUTO);
	assert_int_equal(parsed.options.color, COLOR_AUTO);
	assert_true(parsed.options.picked ==
		    (all & ~(1ULL << STAGE_GET_UNUSED_FD_FLAGS) & ~(1ULL << STAGE_FD_INSTALL)));
	assert_null(parsed.options.output);
	assert_null(parsed.options.timeline);
	assert_null(parsed.options.ready_file);
	assert_null(parsed.options.btf);
	assert_null(parsed.options.command);
	assert_true(parsed.options.duration_ns == 0);
	assert_true(parsed.options.count == 0);
	assert_false(parsed.options.no_follow);
	assert_false(parsed.options.quiet);
	assert_false(parsed.options.list_stages);
	assert_int_equal(parsed.options.verbose, 0);
	expect_success(&parsed);
}

static void takes_output_options(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--format", "line", "-o", "a", "--timeline=b", "--color", "always", "-q",
	      "-vv", "--verbose", "--ready-file", "c");
	assert_ptr_equal(parsed.options.format, &out_line);
	assert_string_equal(parsed.options.output, "a");
	assert_string_equal(parsed.options.timeline, "b");
	assert_string_equal(parsed.options.ready_file, "c");
	assert_int_equal(parsed.options.color, COLOR_ALWAYS);
	assert_true(parsed.options.quiet);
	assert_int_equal(parsed.options.verbose, 3);
	expect_success(&parsed);
	PARSE(&parsed, "--format=jsonl", "--output=x", "--quiet", "--color=never");
	assert_ptr_equal(parsed.options.format, &out_jsonl);
	assert_string_equal(parsed.options.output, "x");
	assert_int_equal(parsed.options.color, COLOR_NEVER);
	expect_success(&parsed);
	PARSE(&parsed, "--format=jsonl", "--format=tree", "--color=never", "--color=auto");
	assert_ptr_equal(parsed.options.format, &out_tree);
	assert_int_equal(parsed.options.color, COLOR_AUTO);
	expect_success(&parsed);
	EXPECT_USAGE("unknown format \"lines\", there are tree, line, jsonl", "--format", "lines");
	EXPECT_USAGE("--color: \"yes\" is not auto, always or never", "--color", "yes");
	EXPECT_USAGE("--output and --timeline name the same file", "-o", "a", "--timeline", "a");
}

static void takes_probe_options(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--attach", "kprobe", "--btf", "b", "--list-stages", "--buffer-size", "1",
	      "--detail", "full");
	assert_int_equal(parsed.options.attach, ATTACH_CHOICE_KPROBE);
	assert_string_equal(parsed.options.btf, "b");
	assert_true(parsed.options.list_stages);
	assert_int_equal(parsed.options.buffer_mib, 1);
	assert_true(parsed.options.picked == (1ULL << NR_STAGES) - 1);
	expect_success(&parsed);
	PARSE(&parsed, "--attach=fentry", "--buffer-size=1024", "--detail=full", "--detail=core");
	assert_int_equal(parsed.options.attach, ATTACH_CHOICE_FENTRY);
	assert_int_equal(parsed.options.buffer_mib, 1024);
	assert_false(parsed.options.picked & 1ULL << STAGE_FD_INSTALL);
	expect_success(&parsed);
	EXPECT_USAGE("--attach: \"uprobe\" is not auto, fentry or kprobe", "--attach", "uprobe");
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
	assert_true(parsed.options.duration_ns == 10000000000ULL);
	assert_true(parsed.options.count == UINT64_MAX);
	assert_true(parsed.options.filter.min_ns == 100000);
	assert_int_equal(parsed.options.filter.failed_only, 1);
	expect_success(&parsed);
	PARSE(&parsed, "--duration=0.25", "--count=1", "--min-us=1.5", "--failed");
	assert_true(parsed.options.duration_ns == 250000000);
	assert_true(parsed.options.count == 1);
	assert_true(parsed.options.filter.min_ns == 1500);
	assert_int_equal(parsed.options.filter.failed_only, 1);
	expect_success(&parsed);
	PARSE(&parsed, "-d", ".0000000019", "-m", "0.0019");
	assert_true(parsed.options.duration_ns == 1); /* what is finer is dropped */
	assert_true(parsed.options.filter.min_ns == 1);
	expect_success(&parsed);
	PARSE(&parsed, "-m", "18446744073709551.615");
	assert_true(parsed.options.filter.min_ns == UINT64_MAX);
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

static void takes_tasks(void **state)
{
	struct parsed parsed;
	char self[16], both[40];

	(void)state;
	snprintf(self, sizeof(self), "%d", getpid());
	snprintf(both, sizeof(both), "%d,%d", getpid(), getppid());
	PARSE(&parsed, "-p", self, "--tid", both, "--pid", self);
	expect_values(&parsed.options.filter.pids, 1, (__u32)getpid()); /* once is enough */
	expect_values(&parsed.options.filter.tids, 2, (__u32)getpid(), (__u32)getppid());
	expect_success(&parsed);
	EXPECT_ERROR("no process 2147483647", "-p", "2147483647");
	EXPECT_ERROR("no thread 2147483646", "-t", "2147483646");
	EXPECT_USAGE("--pid: \"2147483648\" is not a number from 1 to 2147483647", "-p",
		     "2147483648");
	EXPECT_USAGE("--pid: \"0\" is not a number from 1 to 2147483647", "-p", "0");
	EXPECT_USAGE("--pid: \"-1\" is not a number from 1 to 2147483647", "-p", "-1");
	EXPECT_USAGE("--pid: \"1x\" is not a number from 1 to 2147483647", "--pid=1x");
	EXPECT_USAGE("--tid: \"curl\" is not a number from 1 to 2147483647", "-t", "curl");
	EXPECT_USAGE("empty value in the list \"\"", "-p", "");
	EXPECT_USAGE("empty value in the list \"\"", "-p", "1,");
	EXPECT_USAGE("empty value in the list \",1\"", "-p", "1,,1");
	/* a wrong command line is told first */
	EXPECT_USAGE("--count: \"x\" is not a number of sockets above 0", "-p", "2147483647", "-n",
		     "x");
}

static void takes_users(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-u", "root,1000", "--uid", "4294967294");
	expect_values(&parsed.options.filter.uids, 3, 0, 1000, 4294967294u);
	expect_success(&parsed);
	EXPECT_ERROR("no user \"no-such-user\"", "-u", "no-such-user");
	EXPECT_USAGE("--uid: \"4294967295\" is not a number from 0 to 4294967294", "-u",
		     "4294967295");
	EXPECT_USAGE("--uid: \"-1\" is not a number from 0 to 4294967294", "-u", "-1");
	EXPECT_USAGE("--uid: \"12x\" is not a number from 0 to 4294967294", "-u", "12x");
}

static void takes_comms(void **state)
{
	static const char fourth[WIRE_COMM_LEN] = "a-very-long-nam";
	struct parsed parsed;
	struct filter_comms *comms = &parsed.options.filter.comms;

	(void)state;
	PARSE(&parsed, "-c", "curl,a\\,b", "--comm", "c\\\\,d\\e", "-c",
	      "a-very-long-name-indeed,curl");
	assert_int_equal(comms->nr, 5);
	assert_memory_equal(comms->values[0], "curl\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(comms->values[1], "a,b\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_string_equal(comms->values[2], "c\\");
	assert_string_equal(comms->values[3], "d\\e");
	assert_memory_equal(comms->values[4], fourth, 16);
	expect_success(&parsed);
	EXPECT_USAGE("empty value in the list \"\"", "-c", "");
	EXPECT_USAGE("--comm takes at most 16 values", "-c", "1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,h");
	PARSE(&parsed, "-c", "1,2,3,4,5,6,7,8,9,a,b,c,d,e,f,g,g");
	assert_int_equal(comms->nr, 16);
	expect_success(&parsed);
}

static void takes_names(void **state)
{
	struct parsed parsed;
	struct filter *filter = &parsed.options.filter;

	(void)state;
	PARSE(&parsed, "-f", "inet,AF_INET6,pf_unix,16", "--family", "Packet", "--type",
	      "stream,SOCK_RAW,2", "--protocol", "tcp,IPPROTO_UDP,0,NETLINK_GENERIC,ETH_P_IP");
	expect_values(&filter->families, 5, AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET);
	expect_values(&filter->types, 3, SOCK_STREAM, SOCK_RAW, SOCK_DGRAM);
	expect_values(&filter->protocols, 5, IPPROTO_TCP, IPPROTO_UDP, 0, 16, htons(ETH_P_IP));
	expect_success(&parsed);
}

/* Which names are near, and in which order, is for the test of names to say. */
static void expect_near(const char *option, const char *value, const char *beginning,
			const char *near)
{
	struct parsed parsed;
	char start[100];

	PARSE(&parsed, option, value);
	assert_int_equal(parsed.result, OPTS_USAGE);
	snprintf(start, sizeof(start), "sockcreate-trace: %s, did you mean ", beginning);
	if (strncmp(parsed.err, start, strlen(start)))
		fail_msg("%s", parsed.err);
	assert_non_null(strstr(parsed.err, near));
	assert_string_equal(parsed.err + strlen(parsed.err) - 2, "?\n");
}

static void suggests_near_names(void **state)
{
	(void)state;
	expect_near("-f", "inett", "unknown address family \"inett\"", "AF_INET");
	expect_near("--type", "steam", "unknown socket type \"steam\"", "SOCK_STREAM");
	expect_near("--protocol", "upd", "unknown protocol \"upd\"", "IPPROTO_UDP");
	EXPECT_USAGE("unknown address family \"xyzzyxyzzy\"", "-f", "xyzzyxyzzy");
	EXPECT_USAGE("unknown socket type \"16\"", "--type", "16");
	EXPECT_USAGE("unknown socket type \"-1\"", "--type", "-1");
	EXPECT_USAGE("unknown protocol \"2147483648\"", "--protocol", "2147483648");
	EXPECT_USAGE("unknown address family \"2x\"", "-f", "2x");
	/* nothing from the command line acts on the terminal */
	EXPECT_USAGE("unknown address family \"\\x1b[2J\\x9b\"", "-f", "\033[2J\x9b");
}

static void takes_cgroups(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "--cgroup", "/,/tmp", "--cgroup=.");
	assert_int_equal(parsed.options.nr_cgroups, 3);
	assert_string_equal(parsed.options.cgroups[0], "/");
	assert_string_equal(parsed.options.cgroups[1], "/tmp");
	assert_string_equal(parsed.options.cgroups[2], ".");
	assert_int_equal(parsed.options.filter.nr_cgroups, 0);
	expect_success(&parsed);
	EXPECT_ERROR("no cgroup \"/nowhere/a\\\\b\": No such file or directory", "--cgroup",
		     "/nowhere/a\\b");
	EXPECT_ERROR("no cgroup \"/dev/null\": Not a directory", "--cgroup", "/,/dev/null");
}

static void takes_network_namespaces(void **state)
{
	struct parsed parsed;
	struct stat own;

	(void)state;
	PARSE(&parsed, "--netns", "4026531840,net:[4026532000]", "--netns=1");
	expect_values(&parsed.options.filter.netns, 3, 4026531840u, 4026532000u, 1);
	expect_success(&parsed);
	if (!stat("/proc/self/ns/net", &own)) {
		PARSE(&parsed, "--netns", "/proc/self/ns/net");
		expect_values(&parsed.options.filter.netns, 1, (__u32)own.st_ino);
		expect_success(&parsed);
		EXPECT_ERROR("\"/proc/self/ns/uts\" is not a network namespace", "--netns",
			     "/proc/self/ns/uts");
	}
	EXPECT_ERROR("\"/dev/null\" is not a network namespace", "--netns", "/dev/null");
	EXPECT_ERROR("no network namespace \"/run/netns/none\": No such file or directory",
		     "--netns", "/run/netns/none");
	EXPECT_USAGE("--netns: \"12x\" is neither a file nor an inode number", "--netns", "12x");
	EXPECT_USAGE("--netns: \"-1\" is neither a file nor an inode number", "--netns", "-1");
	EXPECT_USAGE("--netns: \"4294967296\" is neither a file nor an inode number", "--netns",
		     "4294967296");
	EXPECT_USAGE("--netns: \"net:[]\" is neither a file nor an inode number", "--netns",
		     "net:[]");
	EXPECT_USAGE("--netns: \"net:[\" is neither a file nor an inode number", "--netns",
		     "net:[");
	EXPECT_USAGE("--netns: \"]\" is neither a file nor an inode number", "--netns", "]");
}

static void limits_values(void **state)
{
	char list[65 * 4] = "";
	char cgroups[65 * 2 + 1] = "";
	struct parsed parsed;
	int i;

	(void)state;
	for (i = 0; i < 64; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%d", i ? "," : "", i);
	PARSE(&parsed, "-u", list, "-f", list, "--protocol", list);
	assert_int_equal(parsed.options.filter.uids.nr, 64);
	assert_int_equal(parsed.options.filter.protocols.values[63], 63);
	expect_success(&parsed);
	EXPECT_USAGE("--uid takes at most 64 values", "-u", list, "-u", "64");
	EXPECT_USAGE("--family takes at most 64 values", "-f", list, "-f", "64");
	for (i = 0; i < 65; i++)
		strcat(cgroups, i ? ",/" : "/");
	EXPECT_USAGE("--cgroup takes at most 64 values", "--cgroup", cgroups);
}

static void finds_the_command(void **state)
{
	struct parsed parsed;

	(void)state;
	PARSE(&parsed, "-q", "curl", "-v", "--", "-x");
	assert_ptr_equal(parsed.options.command, &parsed.argv[2]);
	assert_int_equal(parsed.options.verbose, 0);
	assert_false(parsed.options.no_follow);
	expect_success(&parsed);
	PARSE(&parsed, "--no-follow", "--", "-x", "y");
	assert_string_equal(parsed.options.command[0], "-x");
	assert_string_equal(parsed.options.command[1], "y");
	assert_null(parsed.options.command[2]);
	assert_true(parsed.options.no_follow);
	assert_int_equal(parsed.options.filter.failed_only, 0);
	expect_success(&parsed);
	PARSE(&parsed, "-o", "--");
	assert_string_equal(parsed.options.output, "--");
	expect_success(&parsed);
	EXPECT_USAGE("no COMMAND behind --", "-q", "--");
	EXPECT_USAGE("--no-follow needs a COMMAND", "--no-follow");
	EXPECT_USAGE("--pid and --tid don't go together with a COMMAND", "-p", "1", "curl");
	EXPECT_USAGE("--pid and --tid don't go together with a COMMAND", "-t", "1", "--", "curl");
}

static void refuses_what_it_does_not_know(void **state)
{
	(void)state;
	EXPECT_USAGE("unknown or ambiguous option -z (see --help)", "-z");
	EXPECT_USAGE("unknown or ambiguous option -z (see --help)", "-xz");
	EXPECT_USAGE("unknown or ambiguous option --bogus (see --help)", "--bogus");
	EXPECT_USAGE("unknown or ambiguous option --bogus=1 (see --help)", "--bogus=1");
	EXPECT_USAGE("unknown or ambiguous option --co (see --help)", "--co");
	EXPECT_USAGE("--quiet=1: --quiet takes no value", "--quiet=1");
	EXPECT_USAGE("-p needs a value", "-p");
	EXPECT_USAGE("-p needs a value", "-xp");
	EXPECT_USAGE("--format needs a value", "--format");
}

/* Longer lines would be broken by a terminal. */
static void expect_narrow(const char *text)
{
	size_t column = 0;

	for (; *text; text++) {
		column = *text == '\n' ? 0 : column + 1;
		assert_true(column < 80);
	}
}

static void prints_help_and_version(void **state)
{
	static const char *const options[] = {
		"-p, --pid",	 "-t, --tid",	  "-c, --comm",	    "-u, --uid",   "-f, --family",
		"--type",	 "--protocol",	  "--cgroup",	    "--netns",	   "-x, --failed",
		"-m, --min-us",	 "--no-follow",	  "-d, --duration", "-n, --count", "--format",
		"-o, --output",	 "--timeline",	  "--color",	    "-q, --quiet", "-v, --verbose",
		"--attach",	 "--list-stages", "--buffer-size",  "--btf",	   "--ready-file",
		"-V, --version", "-h, --help",	  "--detail",	    "Examples:",
	};
	struct parsed parsed;
	size_t i;

	(void)state;
	PARSE(&parsed, "-h");
	assert_int_equal(parsed.result, OPTS_DONE);
	assert_string_equal(parsed.err, "");
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!strstr(parsed.out, options[i]))
			fail_msg("--help lacks %s", options[i]);
	}
	assert_true(strlen(parsed.out) < sizeof(parsed.out) - 1);
	expect_narrow(parsed.out);
	PARSE(&parsed, "--help", "--bogus");
	assert_int_equal(parsed.result, OPTS_DONE);
	PARSE(&parsed, "-V");
	assert_int_equal(parsed.result, OPTS_DONE);
	assert_int_equal(strncmp(parsed.out, "sockcreate-trace ", 17), 0);
	assert_int_equal(parsed.out[strlen(parsed.out) - 1], '\n');
	PARSE(&parsed, "--version");
	assert_int_equal(parsed.result, OPTS_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_defaults),
		cmocka_unit_test(takes_output_options),
		cmocka_unit_test(takes_probe_options),
		cmocka_unit_test(takes_limits),
		cmocka_unit_test(refuses_bad_limits),
		cmocka_unit_test(takes_tasks),
		cmocka_unit_test(takes_users),
		cmocka_unit_test(takes_comms),
		cmocka_unit_test(takes_names),
		cmocka_unit_test(suggests_near_names),
		cmocka_unit_test(takes_cgroups),
		cmocka_unit_test(takes_network_namespaces),
		cmocka_unit_test(limits_values),
		cmocka_unit_test(finds_the_command),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(prints_help_and_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
