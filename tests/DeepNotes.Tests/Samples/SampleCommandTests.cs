using DeepNotes.Samples;

namespace DeepNotes.Tests.Samples;

public sealed class SampleCommandTests
{
    private static readonly string Name = "options-test";

    private static (int Code, SampleOptions? Options) Run(params string[] arguments)
    {
        SampleOptions? seen = null;
        int code = new SampleCommand(Name, "A test.", "Nothing.", epochs: 3).Run(arguments, options =>
        {
            seen = options;
            return 0;
        });
        return (code, seen);
    }

    [Fact]
    public void Defaults_need_no_argument()
    {
        var (code, options) = Run();
        Assert.Equal(0, code);
        Assert.Equal(new SampleOptions(null, 3, 1, Device.Cpu, Path.Combine(Path.GetTempPath(), "deepnotes", Name)), options);
        Assert.True(Directory.Exists(options!.Out));
    }

    [Fact]
    public void Every_option_arrives()
    {
        using var directory = new TemporaryDirectory();
        string target = Path.Combine(directory.Path, "a", "b");
        var (code, options) = Run("--data", "there", "--epochs", "7", "--seed", "18446744073709551615", "--device", "cpu", "--out", target);
        Assert.Equal(0, code);
        Assert.Equal(new SampleOptions("there", 7, ulong.MaxValue, Device.Cpu, target), options);
        Assert.True(Directory.Exists(target));
    }

    [Theory]
    [InlineData("--epochs", "0")]
    [InlineData("--epochs", "-2")]
    [InlineData("--epochs", "many")]
    [InlineData("--seed", "-1")]
    [InlineData("--device", "toaster")]
    [InlineData("--data")]
    [InlineData("--unknown")]
    public void Wrong_arguments_end_with_an_error_before_the_sample_starts(params string[] arguments)
    {
        var (code, options) = Run(arguments);
        Assert.NotEqual(0, code);
        Assert.Null(options);
    }

    [Fact]
    public void Help_runs_nothing()
    {
        var (code, options) = Run("--help");
        Assert.Equal(0, code);
        Assert.Null(options);
    }

    [Fact]
    public void Unreadable_files_end_with_a_message_and_the_samples_code_is_passed_on()
    {
        var command = new SampleCommand(Name, "A test.", "Nothing.", epochs: 1);
        Assert.Equal(1, command.Run([], _ => throw new FileNotFoundException("not there")));
        Assert.Equal(5, command.Run([], _ => 5));
    }
}
