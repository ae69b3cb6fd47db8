/*
 * Writes the names of the managed functions that a running program enters, in the order of their first entry.
 *
 *   code-order PID SYMBOLS BASE SECONDS >NAMES
 *
 * SYMBOLS: lines "address name", hexadecimal, relative to BASE, where the program is mapped. Every function gets a breakpoint at its
 * beginning, which goes when it is first entered: the program runs at nearly its own speed. It is killed at the end.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_NAME = 16384 };

static const unsigned char breakpoint = 0xcc; /* int3 */

struct function {
    unsigned long address;
    char *name;
    unsigned char first_byte;
    int entered; /* 0: not yet */
};

static struct function *functions;
static int count;

static void fail(const char *what)
{
    fprintf(stderr, "code-order: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int by_address(const void *one, const void *other)
{
    const struct function *a = one, *b = other;
    return a->address < b->address ? -1 : a->address > b->address;
}

static int by_entry(const void *one, const void *other)
{
    return ((const struct function *)one)->entered - ((const struct function *)other)->entered;
}

static void read_symbols(const char *path, unsigned long base)
{
    static char name[LONGEST_NAME + 1];
    unsigned long address;
    int room = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path);
    while (fscanf(file, "%lx %16384s", &address, name) == 2) {
        if (count == room && !(functions = realloc(functions, (room = 2 * room + 4096) * sizeof *functions)))
            fail("memory");
        functions[count++] = (struct function) { base + address, strdup(name), 0, 0 };
    }
    fclose(file);
    qsort(functions, count, sizeof *functions, by_address);
    /* Functions with the same body share an address. */
    int kept = 0;
    for (int i = 0; i < count; i++)
        if (kept == 0 || functions[kept - 1].address != functions[i].address)
            functions[kept++] = functions[i];
    count = kept;
}

static void for_each_thread(pid_t process, void (*what)(pid_t))
{
    char path[64];
    struct dirent *entry;
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *threads = opendir(path);
    if (!threads)
        fail(path);
    while ((entry = readdir(threads)))
        if (entry->d_name[0] != '.')
            what(atoi(entry->d_name));
    closedir(threads);
}

static void halt(pid_t thread)
{
    if (ptrace(PTRACE_SEIZE, thread, 0, PTRACE_O_TRACECLONE) || ptrace(PTRACE_INTERRUPT, thread, 0, 0) || waitpid(thread, NULL, __WALL) < 0)
        fail("ptrace");
}

static void go_on(pid_t thread)
{
    ptrace(PTRACE_CONT, thread, 0, 0);
}

/* Whether the thread stood at one of our breakpoints; then it stands at the function itself again. */
static int enter(pid_t thread, int memory)
{
    static int entries;
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, thread, 0, &registers))
        return 0;
    struct function key = { .address = registers.rip - 1 };
    struct function *found = bsearch(&key, functions, count, sizeof *functions, by_address);
    if (!found)
        return 0;
    /* Another thread may have been here between the trap and now. */
    if (!found->entered) {
        found->entered = ++entries;
        pwrite(memory, &found->first_byte, 1, found->address);
    }
    registers.rip--;
    ptrace(PTRACE_SETREGS, thread, 0, &registers);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: code-order PID SYMBOLS BASE SECONDS\n");
        return 64;
    }
    pid_t process = atoi(argv[1]);
    char path[64];
    read_symbols(argv[2], strtoul(argv[3], NULL, 16));
    for_each_thread(process, halt);
    snprintf(path, sizeof path, "/proc/%d/mem", process);
    int memory = open(path, O_RDWR);
    if (memory < 0)
        fail(path);
    for (int i = 0; i < count; i++)
        if (pread(memory, &functions[i].first_byte, 1, functions[i].address) != 1 || pwrite(memory, &breakpoint, 1, functions[i].address) != 1)
            fail(functions[i].name);
    for_each_thread(process, go_on);

    for (time_t end = time(NULL) + atoi(argv[4]); time(NULL) < end;) {
        int status;
        pid_t thread = waitpid(-1, &status, __WALL | WNOHANG);
        if (thread <= 0) {
            usleep(200);
            continue;
        }
        if (!WIFSTOPPED(status))
            continue;
        int event = status >> 16, signal = WSTOPSIG(status);
        /* The runtime's own signals (it halts threads for a collection) go through. */
        int passed = event || signal == SIGSTOP || (signal == SIGTRAP && enter(thread, memory)) ? 0 : signal;
        ptrace(PTRACE_CONT, thread, 0, passed);
    }
    kill(process, SIGKILL);

    qsort(functions, count, sizeof *functions, by_entry);
    for (int i = 0; i < count; i++)
        if (functions[i].entered)
            puts(functions[i].name);
    return 0;
}
