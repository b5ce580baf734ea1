using DeepNotes.Core.Tests.Kernels;
using DeepNotes.OpTable;

namespace DeepNotes.Core.Tests.OpTable;

/// <summary>Every check on every row of the op table, a test case each.</summary>
public sealed class OpTableTests
{
    private const string WriteTo = "DEEPNOTES_OP_TABLE";

    public static IEnumerable<TheoryDataRow<string>> Rows(string kind) => Table.All.Where(row => kind switch
    {
        "all" => true,
        "gradient" => row.HasGradient,
        "smooth" => row.HasGradient && row.IsSmooth,
        "elementwise" => row.IsElementwise,
        "pair" => row.IsElementwise && row.Cases[0].Inputs.Length == 2,
        "integers" => row.Integers != Integers.None,
        "formula" => row.Formula is not null,
        "refused" => row.Wrong.Length > 0,
        _ => throw new ArgumentException(kind),
    }).Select(row => new TheoryDataRow<string>(row.Name));

    public static IEnumerable<TheoryDataRow<string, DType>> Typed(string kind) =>
        Rows(kind).SelectMany(row => new[] { DType.Float32, DType.Float64 }.Select(type => new TheoryDataRow<string, DType>(row.Data, type)));

    public static IEnumerable<TheoryDataRow<string, DType>> Narrow() =>
        Rows("all").SelectMany(row => new[] { DType.Float16, DType.BFloat16 }.Select(type => new TheoryDataRow<string, DType>(row.Data, type)));

    [Theory, MemberData(nameof(Typed), "all")]
    public void Results_and_gradients_are_those_of_PyTorch(string row, DType type) => OpChecks.Golden(Table.Of(row), type, Device.Cpu);

    [Theory, MemberData(nameof(Typed), "elementwise")]
    public void Special_values_give_what_PyTorch_gives(string row, DType type) => OpChecks.Specials(Table.Of(row), type, Device.Cpu);

    [Theory, MemberData(nameof(Rows), "integers")]
    public void Integers_give_what_PyTorch_gives(string row) => OpChecks.OnIntegers(Table.Of(row), Device.Cpu);

    [Theory, MemberData(nameof(Rows), "smooth")]
    public void The_gradient_is_that_of_finite_differences(string row) => OpChecks.Differences(Table.Of(row), Device.Cpu, second: false);

    [Theory, MemberData(nameof(Rows), "smooth")]
    public void The_gradient_of_the_gradient_is_that_of_finite_differences(string row) => OpChecks.Differences(Table.Of(row), Device.Cpu, second: true);

    [Theory, MemberData(nameof(Typed), "gradient")]
    public void The_fused_gradient_is_the_expression(string row, DType type) => OpChecks.Fused(Table.Of(row), type, Device.Cpu);

    [Theory, MemberData(nameof(Typed), "all")]
    public void Strides_change_nothing(string row, DType type) => StridedChecks.Run(Table.Of(row), type, Device.Cpu);

    [Theory, MemberData(nameof(Typed), "pair")]
    public void Broadcasting_is_expanding(string row, DType type) => OpChecks.Broadcasting(Table.Of(row), type, Device.Cpu);

    [Theory, MemberData(nameof(Typed), "elementwise")]
    public void Scalars_and_empty_tensors_keep_their_shape(string row, DType type) => OpChecks.ScalarAndEmpty(Table.Of(row), type, Device.Cpu);

    [Theory, MemberData(nameof(Narrow))]
    public void Results_of_16_bits_are_rounded_once(string row, DType type) => NarrowChecks.Run(Table.Of(row), type, Device.Cpu);

    [Theory, MemberData(nameof(Rows), "formula")]
    public void What_Keep_says_is_what_the_gradient_reads(string row) => OpChecks.Kept(Table.Of(row));

    [Theory, MemberData(nameof(Rows), "refused")]
    public void Wrong_arguments_are_refused_with_a_reason(string row) => OpChecks.Refused(Table.Of(row));

    /// <summary>The golden values' generator runs this test to learn the rows.</summary>
    [Fact]
    public void Each_row_has_a_name_of_its_own_and_can_be_described()
    {
        var lines = Table.All.Select(row => row.Describe()).ToArray();
        Assert.Equal(lines.Length, Table.All.Select(row => row.Name).Distinct().Count());
        if (Environment.GetEnvironmentVariable(WriteTo) is { Length: > 0 } path) File.WriteAllLines(path, lines);
    }

    [Fact]
    public void No_golden_values_are_left_over()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "goldens", "ops"), "*.safetensors").Select(Path.GetFileNameWithoutExtension);
        Assert.Empty(files.Except(Table.All.Select(row => row.Name)));
    }
}

/// <summary>Changes the number of threads for the whole process, so nothing else runs beside it.</summary>
[Collection(nameof(ThreadCount))]
public sealed class OpTableThreadTests
{
    public static IEnumerable<TheoryDataRow<string, DType>> Rows() =>
        Table.All.Where(row => row.Large.Length > 0).SelectMany(row => new[] { DType.Float32, DType.Float64 }.Select(type => new TheoryDataRow<string, DType>(row.Name, type)));

    [Theory, MemberData(nameof(Rows))]
    public void The_number_of_threads_changes_no_bit(string row, DType type) => OpChecks.Threads(Table.Of(row), type, Device.Cpu);
}
