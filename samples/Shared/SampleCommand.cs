using System.CommandLine;

namespace DeepNotes.Samples;

/// <summary>What every sample is told on its command line.</summary>
/// <param name="Data">Where the data lie; null lets the sample make its own.</param>
/// <param name="Epochs">Passes over the training data.</param>
/// <param name="Seed">What all random choices follow from.</param>
/// <param name="Device">Where tensors live.</param>
/// <param name="Out">A directory for what the sample writes; it exists.</param>
public sealed record SampleOptions(string? Data, int Epochs, ulong Seed, Device Device, string Out);

/// <summary>The command line that all samples share: --data, --epochs, --seed, --device, --out and --help.</summary>
public sealed class SampleCommand
{
    private readonly Option<string?> _data;
    private readonly Option<int> _epochs;
    private readonly Option<ulong> _seed;
    private readonly Option<string> _device;
    private readonly Option<string?> _out;
    private readonly string _name;

    /// <summary>Describes a sample's command line.</summary>
    /// <param name="name">The sample's name, which also names its default output directory.</param>
    /// <param name="description">What it does, for --help.</param>
    /// <param name="data">What --data takes, for --help; null for a sample that reads no data.</param>
    /// <param name="epochs">The default number of epochs.</param>
    public SampleCommand(string name, string description, string? data, int epochs)
    {
        _name = name;
        _data = new Option<string?>("--data") { Description = data, HelpName = "DIR" };
        _epochs = new Option<int>("--epochs") { Description = "Passes over the training data.", HelpName = "N", DefaultValueFactory = _ => epochs };
        _seed = new Option<ulong>("--seed") { Description = "What all random choices follow from.", HelpName = "N", DefaultValueFactory = _ => 1 };
        _device = new Option<string>("--device") { Description = "Where to compute.", DefaultValueFactory = _ => "cpu" };
        _out = new Option<string?>("--out") { Description = "Where to write results. Default: a directory for temporary files.", HelpName = "DIR" };
        _device.AcceptOnlyFromAmong("cpu");
        _epochs.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && value < 1) result.AddError("--epochs must be at least 1.");
        });
        Root = new RootCommand(description) { _epochs, _seed, _device, _out };
        if (data is not null) Root.Options.Insert(0, _data);
    }

    /// <summary>The command itself, to which a sample may add options of its own.</summary>
    public RootCommand Root { get; }

    /// <summary>Reads the arguments and runs the sample; wrong arguments and unreadable files end with a message instead of a stack trace.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="body">The sample; it returns the exit code.</param>
    /// <returns>The exit code: the sample's, or 1 after an error.</returns>
    public int Run(string[] arguments, Func<SampleOptions, int> body)
    {
        Root.SetAction(parsed =>
        {
            try
            {
                return body(Options(parsed));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or TensorFormatException)
            {
                Console.Error.WriteLine(e.Message);
                return 1;
            }
        });
        return Root.Parse(arguments).Invoke();
    }

    private SampleOptions Options(ParseResult parsed)
    {
        string directory = parsed.GetValue(_out) ?? Path.Combine(Path.GetTempPath(), "deepnotes", _name);
        Directory.CreateDirectory(directory);
        return new SampleOptions(Root.Options.Contains(_data) ? parsed.GetValue(_data) : null, parsed.GetValue(_epochs), parsed.GetValue(_seed), Device.Cpu, directory);
    }
}
