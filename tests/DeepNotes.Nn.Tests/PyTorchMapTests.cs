using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using DeepNotes.IO;
using DeepNotes.Nn.Tests.LayerTable;

namespace DeepNotes.Nn.Tests;

/// <summary>docs/pytorch-map.md speaks of every name of PyTorch's and every layer, loss and optimizer of ours, and all that it names exists.</summary>
public sealed partial class PyTorchMapTests
{
    private const string LayerTable = "layer table ", OpTable = "op table ";

    private static readonly string Root = Path.GetFullPath(Path.Combine(SourceFolder(), "..", ".."));

    private static readonly Assembly[] Ours = [typeof(Tensor).Assembly, typeof(Module).Assembly];

    private static readonly Entry[] Entries = Read();

    /// <summary>A line of the page: the section, and the cells of its three columns.</summary>
    private sealed record Entry(string Section, string First, string Second, string Third)
    {
        public bool IsPyTorch => Section.StartsWith("torch.", StringComparison.Ordinal);

        /// <summary>What of ours it names, and how that was checked; in the sections of PyTorch's names a dash stands for nothing.</summary>
        public string[] Named => Spans(IsPyTorch ? Second : First);

        public bool IsMissing => IsPyTorch && Second == "–";
    }

    [Fact]
    public void Every_name_of_PyTorch_is_spoken_of_once()
    {
        string[] names = File.ReadAllLines(Path.Combine(Root, "tests", "goldens", "pytorch-names.txt"));
        Assert.Equal(names, Entries.Where(e => e.IsPyTorch).Select(e => $"{e.Section}.{Assert.Single(Spans(e.First))}"));
    }

    [Fact]
    public void What_the_page_calls_ours_exists()
    {
        foreach (Entry entry in Entries.Where(e => !e.IsMissing))
        {
            Assert.NotEmpty(entry.Named);
            foreach (string name in entry.Named) Assert.True(Exists(name), $"{entry.Section}: there is no {name}");
        }
        // What is advised in place of something missing exists, too.
        foreach (Entry entry in Entries.Where(e => e.IsMissing))
        {
            Assert.True(entry.Third.Length > 10, $"{entry.Section}: {entry.First} has no reason");
            foreach (string name in Spans(entry.Third)) Assert.True(Exists(name), $"{entry.Section}: there is no {name}");
        }
    }

    [Fact]
    public void What_should_have_checked_it_exists()
    {
        foreach (Entry entry in Entries.Where(e => !e.IsMissing))
        {
            string[] checks = Spans(entry.Third);
            Assert.True(checks.Length > 0, $"{entry.Section}: nothing checks {entry.First}");
            foreach (string check in checks)
            {
                bool found = entry.Third.StartsWith(LayerTable, StringComparison.Ordinal) ? Layers.All.Any(row => row.Name == check || row.Name.StartsWith(check + ".", StringComparison.Ordinal))
                    : entry.Third.StartsWith(OpTable, StringComparison.Ordinal) ? CallsInOpTable(check, Assert.Single(Spans(entry.First)))
                    : TestClasses.Contains(check);
                Assert.True(found, $"{entry.Section}: {check}, which should check {entry.First}, does not exist or checks something else");
            }
        }
    }

    [Fact]
    public void Every_layer_loss_optimizer_and_schedule_is_on_the_page()
    {
        HashSet<string> named = [.. Entries.SelectMany(e => e.Named)];
        Type[] bases = [typeof(Module), typeof(Optimizer), typeof(LearningRateSchedule)];
        string[] missing = [.. typeof(Module).Assembly.GetExportedTypes()
            .Where(t => !t.IsAbstract && bases.Any(b => b.IsAssignableFrom(t)))
            .Select(t => t.Name.Split('`')[0]).Where(name => !named.Contains(name))];
        Assert.True(missing.Length == 0, $"docs/pytorch-map.md does not speak of {string.Join(", ", missing)}");
    }

    [Fact]
    public void Every_layer_and_loss_has_a_row_in_the_layer_table()
    {
        HashSet<string> rows = [.. Layers.All.Select(row => row.Name.Split('.')[0])];
        string[] without = [.. typeof(Module).Assembly.GetExportedTypes().Where(t => !t.IsAbstract && typeof(Module).IsAssignableFrom(t)).Select(t => t.Name.Split('`')[0]).Where(name => !rows.Contains(name)).Order()];
        // They only hold other modules.
        Assert.Equal(["ModuleDict", "ModuleList", "ParameterList", "Sequential"], without);
    }

    private static HashSet<string> TestClasses { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).OfType<string>()];

    /// <summary>A type, or a member of one.</summary>
    private static bool Exists(string name)
    {
        string[] parts = name.Split('.');
        return Ours.SelectMany(a => a.GetExportedTypes()).Any(type => type.Name.Split('`')[0] == parts[0]
            && (parts.Length == 1 || type.GetMember(parts[1], BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Length > 0));
    }

    /// <summary>Whether the row's PyTorch expression calls the function, in whatever form: as a function, a method or in place.</summary>
    private static bool CallsInOpTable(string row, string function)
    {
        string path = Path.Combine(Root, "tests", "goldens", "ops", row + ".safetensors"), called = function.TrimEnd('_').Replace("_with_indices", "", StringComparison.Ordinal);
        if (!File.Exists(path)) return false;
        Safetensors.Load(path, out var metadata);
        return metadata["description"].Contains(called + "(", StringComparison.Ordinal);
    }

    private static Entry[] Read()
    {
        string section = "";
        var entries = new List<Entry>();
        foreach (string line in File.ReadLines(Path.Combine(Root, "docs", "pytorch-map.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal)) section = line[3..];
            if (!line.StartsWith("| `", StringComparison.Ordinal)) continue;
            string[] cells = [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
            Assert.Equal(3, cells.Length);
            entries.Add(new(section, cells[0], cells[1], cells[2]));
        }
        return [.. entries];
    }

    private static string[] Spans(string cell) => [.. CodeSpan().Matches(cell).Select(m => m.Groups[1].Value)];

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();
}
