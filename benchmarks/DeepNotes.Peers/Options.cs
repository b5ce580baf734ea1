using System.Globalization;

namespace DeepNotes.Peers;

/// <summary>The command line.</summary>
sealed record Options
{
    public string[] Filters { get; init; } = [];
    public int[] Threads { get; init; } = [1, 2];
    public string? Isa { get; init; }
    public string? Json { get; init; }
    public int Samples { get; init; } = 11;
    public double Seconds { get; init; } = 1.5;
    public bool KeepMemory { get; init; }
    public bool Memory { get; init; }
    public bool Scaling { get; init; }
    public bool Process { get; init; }
    public string? Data { get; init; }
    public bool List { get; init; }
    public bool Help { get; init; }

    /// <summary>Set in the processes that measure: where they leave their rows for the process that started them.</summary>
    public string? Worker { get; init; }

    /// <summary>Set in the processes whose memory is measured: <c>ours</c> or <c>theirs</c>, and what it trains (nothing: only the start).</summary>
    public string? MemoryWorker { get; init; }

    public const string Usage = """
        Times DeepNotes beside TorchSharp (libtorch on the CPU) in one process, in turn.
        Ratios are libtorch / DeepNotes: of the medians, and of the fastest samples (best). Percents are of the machine's
        multiply-adds or memory rate, measured here.

          --filter TEXT[,TEXT…]   only rows whose name contains one of the texts
          --threads N[,N…]        numbers of threads (default 1,2)
          --isa avx2|avx512       instructions for both sides (default: the widest that the machine has)
          --keep-memory           libtorch keeps the memory that it frees (glibc's tunables), instead of faulting it in again
          --samples N             least number of samples of a row (default 11)
          --seconds S             least time for the samples of a row (default 1.5)
          --json FILE             writes the result, with the times of every row, to a file
          --list                  names the rows

        Other comparisons, in processes of their own:
          --memory                peak resident memory of each training row (takes --filter, --threads, --json)
          --scaling               what further threads bring: each side on one thread and on as many as --threads says (default 2), all four in turn
                                  (takes --filter, --threads, --isa, --keep-memory, --samples, --seconds, --json)
          --process               a whole program that trains on 6,000 digits: time and published size (takes --threads, --json;
                                  first run benchmarks/WholeProcess/publish.sh)
          --data DIR              where MNIST's files lie, gzipped; without it --process uses files of the same size that it draws
        """;

    public bool Takes(string row) => Filters.Length == 0 || Filters.Any(f => row.Contains(f, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="ArgumentException">An option is unknown or has a wrong or no value.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            string Value() => ++i < args.Length ? args[i] : throw new ArgumentException($"{name} needs a value.");
            T Number<T>(string text) where T : IParsable<T>, IComparable<T> =>
                T.TryParse(text, CultureInfo.InvariantCulture, out var n) && n.CompareTo(default) > 0 ? n
                    : throw new ArgumentException($"{name} wants a number above 0, not '{text}'.");
            options = name switch
            {
                "--filter" => options with { Filters = Value().Split(',') },
                "--threads" => options with { Threads = [.. Value().Split(',').Select(Number<int>)] },
                "--isa" => options with { Isa = Value() is "avx2" or "avx512" ? args[i] : throw new ArgumentException("--isa is avx2 or avx512.") },
                "--samples" => options with { Samples = Number<int>(Value()) },
                "--seconds" => options with { Seconds = Number<double>(Value()) },
                "--json" => options with { Json = Value() },
                "--keep-memory" => options with { KeepMemory = true },
                "--memory" => options with { Memory = true },
                "--scaling" => options with { Scaling = true },
                "--memory-worker" => options with { MemoryWorker = Value() },
                "--process" => options with { Process = true },
                "--data" => options with { Data = Value() },
                "--list" => options with { List = true },
                "--worker" => options with { Worker = Value() },
                "--help" or "-h" => options with { Help = true },
                _ => throw new ArgumentException($"There is no option {name}; --help names them."),
            };
        }
        return options;
    }
}
