// SPDX-License-Identifier: GPL-2.0
/*
 * libxl-async [-o OWNER] [-w WAY] KERNEL RAMDISK: every operation of libxl that
 * takes an ao_how, on a guest of its own, in each way that its completion can be
 * told and under each owner of SIGCHLD. In dom0, as root.
 *
 * OWNER, of SIGCHLD (libxl_event.h, "Subprocess handling"):
 *   libxl      while an operation runs, libxl does; nobody else has children
 *   mainloop   we do, and tell libxl who has gone
 *   always     libxl, from the beginning to the end
 *   selective  likewise, but it reaps its own children only
 * WAY, in which a completion comes:
 *   callback   ao_how.callback
 *   check      no callback: an event, taken by libxl_event_check()
 *   wait       the same by libxl_event_wait(), which cannot go with mainloop: it
 *              sleeps, and who would reap?
 *   hooks      the same, given to event_occurs of libxl_event_register_callbacks()
 *
 * Events go one way: with a bit in event_occurs_mask they come to event_occurs,
 * and libxl_event_check() and _wait() never see them. "hooks" tries that, too.
 *
 * What is printed is TAP. The exit status is 0 only if all is ok.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libxl.h>
#include <libxl_event.h>
#include <libxl_utils.h>
#include <xenstore.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define NAME		"libxl-async"
#define MEMORY_KIB	(96 * 1024)
#define CMDLINE		"console=hvc0 rdinit=/init a31.mode=shell kunit.enable=0"
/* Only what hangs takes that long. */
#define BOUND_S		90
#define SLICE_MS	100
#define MAX_POLL	64
/* An operation's rc before it is complete; libxl's are small */
#define PENDING		(-1000)
/* Where in a create to abort, in turns of the loop */
#define ABORTS		8

enum way { CALLBACK, CHECK, WAIT, HOOKS };

static const char *const way_names[] = { "callback", "check", "wait", "hooks" };
static const char *const owner_names[] = { "libxl", "mainloop", "always", "selective" };

/**
 * struct op - one operation
 * @next: the one before it
 * @how: what libxl was given
 * @started: what libxl said to it; 0: it is under way
 * @completions: how often it was said to be complete; once is right
 * @rc: what it came to
 *
 * It is there as long as the contexts are, so that a completion too many finds it.
 */
struct op {
	struct op *next;
	libxl_asyncop_how how;
	int started;
	int completions;
	int rc;
};

static struct {
	libxl_ctx *ctx[2];
	int nr_ctx;
	enum way way;
	libxl_sigchld_owner owner;
	char *kernel;
	char *ramdisk;
	int chld_pipe[2];
	struct op *ops;
	/* libxl keeps pointers to both. */
	libxl_childproc_hooks chld;
	libxl_event_hooks hooks;
	/* Of the guest, as its events tell */
	int shutdown_reason;
	/* TAP */
	int number;
	int failed;
	char where[64];
} run;

static void result(bool ok, const char *fmt, ...)
{
	va_list ap;

	run.failed += !ok;
	printf("%sok %d %s: ", ok ? "" : "not ", ++run.number, run.where);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);

	return t.tv_sec + t.tv_nsec / 1e9;
}

/* ------------------------------------------------------------------ */

static void complete(struct op *op, int rc)
{
	op->completions++;
	op->rc = rc;
}

static void on_callback(libxl_ctx *ctx, int rc, void *op)
{
	complete(op, rc);
}

/* Whoever brings the event, it is ours to free. */
static void take(libxl_ctx *ctx, libxl_event *event)
{
	switch (event->type) {
	case LIBXL_EVENT_TYPE_OPERATION_COMPLETE:
		complete((struct op *)(uintptr_t)event->for_user, event->u.operation_complete.rc);
		break;
	case LIBXL_EVENT_TYPE_DOMAIN_SHUTDOWN:
		run.shutdown_reason = event->u.domain_shutdown.shutdown_reason;
		break;
	default:
		break;
	}
	libxl_event_free(ctx, event);
}

static void on_event(void *ctx, libxl_event *event)
{
	take(ctx, event);
}

static void on_sigchld(int signum)
{
	int saved = errno;
	/* A pipe that is full says it as well. */
	ssize_t written = write(run.chld_pipe[1], "", 1);

	(void)written;
	errno = saved;
}

/* As mainloop we reap, and ask each context whose it was. */
static void reap(void)
{
	char drop[64];
	int status, i;
	pid_t pid;

	while (read(run.chld_pipe[0], drop, sizeof(drop)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < run.nr_ctx; i++)
			if (libxl_childproc_reaped(run.ctx[i], pid, status) != ERROR_UNKNOWN_CHILD)
				break;
}

/* One turn of a loop that is the application's own. */
static void turn(libxl_ctx *ctx)
{
	struct pollfd fds[MAX_POLL + 1];
	int nfds = MAX_POLL, timeout = SLICE_MS;
	libxl_event *event;
	struct timeval t;

	gettimeofday(&t, NULL);
	if (libxl_osevent_beforepoll(ctx, &nfds, fds, &timeout, t))
		return;
	if (timeout < 0 || timeout > SLICE_MS)
		timeout = SLICE_MS;
	fds[nfds] = (struct pollfd) { .fd = run.chld_pipe[0], .events = POLLIN };
	poll(fds, nfds + 1, timeout);
	gettimeofday(&t, NULL);
	libxl_osevent_afterpoll(ctx, nfds, fds, t);
	if (run.owner == libxl_sigchld_owner_mainloop)
		reap();
	/* With hooks for some of them that returns only the others. */
	while (!libxl_event_check(ctx, &event, LIBXL_EVENTMASK_ALL, NULL, NULL)) {
		if (run.way == HOOKS && event->type == LIBXL_EVENT_TYPE_OPERATION_COMPLETE)
			result(false, "event_check returned an event that event_occurs is for");
		take(ctx, event);
	}
}

static void sleep_and_take(libxl_ctx *ctx)
{
	libxl_event *event;

	if (!libxl_event_wait(ctx, &event, LIBXL_EVENTMASK_ALL, NULL, NULL))
		take(ctx, event);
}

static struct op *new_op(void)
{
	struct op *op = calloc(1, sizeof(*op));

	if (!op) {
		perror("calloc");
		exit(1);
	}
	op->rc = PENDING;
	if (run.way == CALLBACK) {
		op->how.callback = on_callback;
		op->how.u.for_callback = op;
	} else {
		op->how.u.for_event = (uintptr_t)op;
	}
	op->next = run.ops;
	run.ops = op;

	return op;
}

/* One that has not begun must not complete. */
static bool completed_once(const struct op *op)
{
	return op->completions == (op->started ? 0 : 1);
}

static bool all_completed_once(void)
{
	const struct op *op;

	for (op = run.ops; op; op = op->next)
		if (!completed_once(op))
			return false;

	return true;
}

static void free_ops(void)
{
	while (run.ops) {
		struct op *op = run.ops;

		run.ops = op->next;
		free(op);
	}
}

/* Until OP is complete, and a little longer, for a second completion. */
static int end(libxl_ctx *ctx, struct op *op)
{
	double bound = now() + BOUND_S;

	if (op->started) {
		turn(ctx);
		return op->completions ? PENDING : op->started;
	}
	/* libxl_event_wait() has no bound; the signal ends us. */
	alarm(2 * BOUND_S);
	while (!op->completions && now() < bound) {
		if (run.way == WAIT)
			sleep_and_take(ctx);
		else
			turn(ctx);
	}
	alarm(0);
	if (!op->completions) {
		/* It goes on with what its caller would dispose of now. */
		result(false, "no completion in %d s", BOUND_S);
		exit(1);
	}
	turn(ctx);

	return op->rc;
}

static void judge(const char *what, const struct op *op, int rc, bool good)
{
	result(good && completed_once(op), "%s: rc %d, %d completion(s)", what, rc,
	       op->completions);
}

/* ------------------------------------------------------------------ */

static void config_init(libxl_domain_config *config)
{
	libxl_domain_config_init(config);
	config->c_info.type = LIBXL_DOMAIN_TYPE_PVH;
	config->c_info.name = strdup(NAME);
	libxl_uuid_generate(&config->c_info.uuid);
	libxl_domain_build_info_init_type(&config->b_info, LIBXL_DOMAIN_TYPE_PVH);
	config->b_info.max_vcpus = 1;
	config->b_info.max_memkb = MEMORY_KIB;
	config->b_info.target_memkb = MEMORY_KIB;
	config->b_info.kernel = strdup(run.kernel);
	config->b_info.ramdisk = strdup(run.ramdisk);
	config->b_info.cmdline = strdup(CMDLINE);
}

/* The guest's kernel takes requests when it has said so in the store. */
static bool wait_ready(libxl_ctx *ctx, uint32_t domid)
{
	struct xs_handle *xs = xs_open(0);
	double bound = now() + BOUND_S;
	char path[64];
	bool ready = false;

	snprintf(path, sizeof(path), "/local/domain/%u/control/feature-poweroff", domid);
	while (xs && !ready && now() < bound) {
		char *value = xs_read(xs, XBT_NULL, path, NULL);

		ready = value;
		free(value);
		turn(ctx);
	}
	if (xs)
		xs_close(xs);

	return ready;
}

static bool is_there(libxl_ctx *ctx, uint32_t *domid)
{
	return !libxl_name_to_domid(ctx, NAME, domid);
}

/**
 * struct birth - a guest that is being created or restored
 * @op: the operation
 * @config: the guest's
 * @domid: the guest, once there is one
 * @stream: what it is restored from, or -1
 */
struct birth {
	struct op *op;
	libxl_domain_config config;
	uint32_t domid;
	int stream;
};

static void begin_create(libxl_ctx *ctx, struct birth *b)
{
	b->domid = INVALID_DOMID;
	b->stream = -1;
	b->op = new_op();
	config_init(&b->config);
	b->op->started = libxl_domain_create_new(ctx, &b->config, &b->domid, &b->op->how, NULL);
}

/*
 * From what a stream begins with (docs/specs/libxl-migration-stream.pandoc): its
 * header, version 2, little endian, and the record behind which the stream is
 * libxc's. That of ARM has no restore, and has to say so. A stream that ends
 * earlier makes libxl 4.17 call a function that it has not set yet.
 */
static void begin_restore(libxl_ctx *ctx, struct birth *b)
{
	const struct {
		uint64_t ident;
		uint32_t version, options;
		uint32_t type, length;
	} start = { htobe64(0x4c6962786c466d74), htobe32(2), 0, 1, 0 };
	libxl_domain_restore_params params;
	int fds[2];

	b->domid = INVALID_DOMID;
	b->op = new_op();
	config_init(&b->config);
	if (pipe2(fds, O_CLOEXEC) || write(fds[1], &start, sizeof(start)) != sizeof(start)) {
		perror("pipe");
		exit(1);
	}
	close(fds[1]);
	b->stream = fds[0];
	libxl_domain_restore_params_init(&params);
	params.stream_version = 2;
	b->op->started = libxl_domain_create_restore(ctx, &b->config, &b->domid, b->stream, -1,
						     &params, &b->op->how, NULL);
	libxl_domain_restore_params_dispose(&params);
}

static int end_birth(libxl_ctx *ctx, struct birth *b)
{
	int rc = end(ctx, b->op);

	libxl_domain_config_dispose(&b->config);
	if (b->stream >= 0)
		close(b->stream);
	return rc;
}

static bool create(libxl_ctx *ctx, uint32_t *domid, const char *what)
{
	struct birth b;
	int rc;

	begin_create(ctx, &b);
	rc = end_birth(ctx, &b);
	judge(what, b.op, rc, !rc);
	*domid = b.domid;

	return !rc;
}

/* The error comes as the completion. */
static void restore(libxl_ctx *ctx)
{
	uint32_t domid;
	struct birth b;
	int rc;

	begin_restore(ctx, &b);
	rc = end_birth(ctx, &b);
	judge("restore is refused", b.op, rc, !b.op->started && rc < 0 && rc != PENDING);
	result(!is_there(ctx, &domid), "nothing of it is left");
}

typedef int (*simple_op)(libxl_ctx *ctx, uint32_t domid, const libxl_asyncop_how *how);

static bool simple(libxl_ctx *ctx, uint32_t domid, simple_op fn, const char *what)
{
	struct op *op = new_op();
	int rc;

	op->started = fn(ctx, domid, &op->how);
	rc = end(ctx, op);
	judge(what, op, rc, !rc);

	return !rc;
}

/* ARM has none; the error comes as the completion, and the guest lives on. */
static void save(libxl_ctx *ctx, uint32_t domid)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct op *op = new_op();
	libxl_dominfo info;
	int rc;

	op->started = libxl_domain_suspend(ctx, domid, fd, 0, &op->how);
	rc = end(ctx, op);
	close(fd);
	judge("save is refused", op, rc, !op->started && rc < 0 && rc != PENDING);
	libxl_dominfo_init(&info);
	rc = libxl_domain_info(ctx, &info, domid);
	result(!rc && !info.shutdown && !info.dying, "the guest lives on after it");
	libxl_dominfo_dispose(&info);
}

/* A request to the guest, and what the guest makes of it */
static void request(libxl_ctx *ctx, uint32_t domid, simple_op fn, int reason, const char *what)
{
	libxl_evgen_domain_death *death = NULL;
	double bound = now() + BOUND_S;

	run.shutdown_reason = LIBXL_SHUTDOWN_REASON_UNKNOWN;
	libxl_evenable_domain_death(ctx, domid, 0, &death);
	if (simple(ctx, domid, fn, what))
		while (run.shutdown_reason == LIBXL_SHUTDOWN_REASON_UNKNOWN && now() < bound)
			turn(ctx);
	if (death)
		libxl_evdisable_domain_death(ctx, death);
	result(run.shutdown_reason == reason, "the guest ends by it: reason %d", run.shutdown_reason);
}

static void life(libxl_ctx *ctx)
{
	uint32_t domid;

	restore(ctx);
	if (!create(ctx, &domid, "create"))
		return;
	simple(ctx, domid, libxl_domain_unpause, "unpause");
	result(wait_ready(ctx, domid), "the guest boots");
	simple(ctx, domid, libxl_domain_pause, "pause");
	simple(ctx, domid, libxl_domain_unpause, "unpause again");
	save(ctx, domid);
	request(ctx, domid, libxl_domain_reboot, LIBXL_SHUTDOWN_REASON_REBOOT, "reboot");
	simple(ctx, domid, libxl_domain_destroy, "destroy");
	if (!create(ctx, &domid, "create by the same name"))
		return;
	simple(ctx, domid, libxl_domain_unpause, "unpause");
	result(wait_ready(ctx, domid), "the guest boots");
	request(ctx, domid, libxl_domain_shutdown, LIBXL_SHUTDOWN_REASON_POWEROFF, "shutdown");
	simple(ctx, domid, libxl_domain_destroy, "destroy");
}

/* ------------------------------------------------------------------ */

/* What there was nothing left of to abort has to have done what it is for. */
static bool aborted_well(const struct op *op, int said, int rc)
{
	return !op->started && op->completions == 1 && (!rc || rc == ERROR_ABORTED || rc == ERROR_FAIL) &&
	       (said != ERROR_NOTFOUND || !rc);
}

/*
 * After TURNS of the loop: one completion, whatever it says. What an aborted
 * create leaves of the domain is the caller's to destroy. Returns whether it
 * was in time.
 */
static bool abort_create(libxl_ctx *ctx, int turns)
{
	uint32_t domid;
	struct birth b;
	int rc, said, i;

	begin_create(ctx, &b);
	for (i = 0; !b.op->started && i < turns; i++)
		turn(ctx);
	said = libxl_ao_abort(ctx, &b.op->how);
	rc = end_birth(ctx, &b);
	result(aborted_well(b.op, said, rc), "create, aborted after %d turns: abort said %d, rc %d, %d completion(s)",
	       turns, said, rc, b.op->completions);
	if (is_there(ctx, &domid))
		simple(ctx, domid, libxl_domain_destroy, "destroy of what had come");
	result(!is_there(ctx, &domid), "nothing of it is left");

	return rc == ERROR_ABORTED;
}

static void abort_simple(libxl_ctx *ctx, uint32_t domid, simple_op fn, const char *what)
{
	struct op *op = new_op();
	int said, rc;

	op->started = fn(ctx, domid, &op->how);
	said = libxl_ao_abort(ctx, &op->how);
	rc = end(ctx, op);
	result(aborted_well(op, said, rc), "%s, aborted: abort said %d, rc %d, %d completion(s)",
	       what, said, rc, op->completions);
}

static void aborts(libxl_ctx *ctx)
{
	int turns, in_time = 0;
	uint32_t domid;

	/* Neither save nor restore: aborted, libxl 4.17 calls a function that it has not set yet. */
	for (turns = 0; turns < ABORTS; turns++)
		in_time += abort_create(ctx, turns);
	result(in_time, "create was aborted in time %d times of %d", in_time, ABORTS);
	if (!create(ctx, &domid, "create after all these"))
		return;
	abort_simple(ctx, domid, libxl_domain_unpause, "unpause");
	abort_simple(ctx, domid, libxl_domain_pause, "pause");
	simple(ctx, domid, libxl_domain_unpause, "unpause again");
	result(wait_ready(ctx, domid), "the guest boots");
	abort_simple(ctx, domid, libxl_domain_shutdown, "shutdown");
	abort_simple(ctx, domid, libxl_domain_reboot, "reboot");
	abort_simple(ctx, domid, libxl_domain_destroy, "destroy");
	if (is_there(ctx, &domid))
		simple(ctx, domid, libxl_domain_destroy, "destroy again");
	result(!is_there(ctx, &domid), "nothing of it is left");
}

/* ------------------------------------------------------------------ */

static bool open_contexts(int nr, xentoollog_logger *logger)
{
	int i;

	run.chld = (libxl_childproc_hooks) { .chldowner = run.owner };
	run.hooks = (libxl_event_hooks) { .event_occurs = on_event };
	if (run.way == HOOKS)
		run.hooks.event_occurs_mask = 1ull << LIBXL_EVENT_TYPE_OPERATION_COMPLETE;
	run.nr_ctx = 0;
	for (i = 0; i < nr; i++) {
		if (libxl_ctx_alloc(&run.ctx[i], LIBXL_VERSION, 0, logger))
			return false;
		run.nr_ctx++;
		libxl_childproc_setmode(run.ctx[i], &run.chld, NULL);
		libxl_event_register_callbacks(run.ctx[i], &run.hooks, run.ctx[i]);
	}

	return true;
}

static void close_contexts(void)
{
	while (run.nr_ctx > 0)
		libxl_ctx_free(run.ctx[--run.nr_ctx]);
}

static void combination(enum way way, libxl_sigchld_owner owner, int contexts,
			void (*body)(libxl_ctx *ctx), const char *what, xentoollog_logger *logger)
{
	struct sigaction before, after, ours = { .sa_handler = on_sigchld, .sa_flags = SA_RESTART };

	run.way = way;
	run.owner = owner;
	snprintf(run.where, sizeof(run.where), "%s, %s, %d context(s), %s", owner_names[owner],
		 way_names[way], contexts, what);
	if (owner == libxl_sigchld_owner_mainloop)
		sigaction(SIGCHLD, &ours, NULL);
	else
		signal(SIGCHLD, SIG_DFL);
	sigaction(SIGCHLD, NULL, &before);
	if (open_contexts(contexts, logger))
		body(run.ctx[contexts - 1]);
	else
		result(false, "libxl_ctx_alloc");
	close_contexts();
	result(all_completed_once(), "each has completed once, and not again later");
	free_ops();
	sigaction(SIGCHLD, NULL, &after);
	result(after.sa_handler == before.sa_handler && after.sa_flags == before.sa_flags, "SIGCHLD is as it was");
	result(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "no child is left, and no zombie");
}

static int find(const char *name, const char *const *names, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(name, names[i]))
			return i;
	fprintf(stderr, NAME ": error: '%s' does not exist; one of:", name);
	for (i = 0; i < nr; i++)
		fprintf(stderr, " %s", names[i]);
	fprintf(stderr, "\n");
	exit(2);
}

static int usage(void)
{
	fprintf(stderr, "usage: " NAME " [-o libxl|mainloop|always|selective] [-w callback|check|wait|hooks] KERNEL RAMDISK\n");
	return 2;
}

int main(int argc, char **argv)
{
	int only_owner = -1, only_way = -1, opt, way, owner;
	xentoollog_logger *logger;

	while ((opt = getopt(argc, argv, "o:w:")) != -1) {
		switch (opt) {
		case 'o':
			only_owner = find(optarg, owner_names, ARRAY_SIZE(owner_names));
			break;
		case 'w':
			only_way = find(optarg, way_names, ARRAY_SIZE(way_names));
			break;
		default:
			return usage();
		}
	}
	if (argc - optind != 2)
		return usage();
	run.kernel = argv[optind];
	run.ramdisk = argv[optind + 1];
	if (pipe2(run.chld_pipe, O_CLOEXEC | O_NONBLOCK)) {
		perror("pipe");
		return 1;
	}
	logger = (xentoollog_logger *)xtl_createlogger_stdiostream(stderr, XTL_CRITICAL, 0);

	for (owner = 0; owner < (int)ARRAY_SIZE(owner_names); owner++) {
		for (way = 0; way < (int)ARRAY_SIZE(way_names); way++) {
			if ((only_owner >= 0 && owner != only_owner) || (only_way >= 0 && way != only_way))
				continue;
			if (owner == libxl_sigchld_owner_mainloop && way == WAIT)
				continue;
			combination(way, owner, 1, life, "life", logger);
			combination(way, owner, 1, aborts, "aborts", logger);
			/* Only one context may be the one that always reaps all. */
			if (owner != libxl_sigchld_owner_libxl_always)
				combination(way, owner, 2, life, "life", logger);
		}
	}
	printf("1..%d\n", run.number);
	xtl_logger_destroy(logger);

	return run.failed ? 1 : 0;
}
