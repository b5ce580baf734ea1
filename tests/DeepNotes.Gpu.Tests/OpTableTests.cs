using DeepNotes.OpTable;

namespace DeepNotes.Gpu.Tests;

/// <summary>The elementwise rows of the op table on the emulated GPU, by the checks that the CPU is put through.</summary>
public class OpTableTests
{
    private static readonly Device Gpu = TestDevice.Gpu;

    public static IEnumerable<TheoryDataRow<string>> Rows(string kind) => Table.All.Where(row => row.IsElementwise && kind switch
    {
        "all" => true,
        "gradient" => row.HasGradient,
        "pair" => row.Cases[0].Inputs.Length == 2,
        "integers" => row.Integers != Integers.None,
        _ => throw new ArgumentException(kind),
    }).Select(row => new TheoryDataRow<string>(row.Name));

    public static IEnumerable<TheoryDataRow<string, DType>> Typed(string kind) =>
        Rows(kind).SelectMany(row => new[] { DType.Float32, DType.Float64 }.Select(type => new TheoryDataRow<string, DType>(row.Data, type)));

    [Theory, MemberData(nameof(Typed), "all")]
    public void Results_and_gradients_are_those_of_PyTorch(string row, DType type) => OpChecks.Golden(Table.Of(row), type, Gpu);

    [Theory, MemberData(nameof(Typed), "all")]
    public void Special_values_give_what_PyTorch_gives(string row, DType type) => OpChecks.Specials(Table.Of(row), type, Gpu);

    [Theory, MemberData(nameof(Rows), "integers")]
    public void Integers_give_what_PyTorch_gives(string row) => OpChecks.OnIntegers(Table.Of(row), Gpu);

    [Theory, MemberData(nameof(Typed), "gradient")]
    public void The_fused_gradient_is_the_expression(string row, DType type) => OpChecks.Fused(Table.Of(row), type, Gpu);

    [Theory, MemberData(nameof(Typed), "all")]
    public void Strides_change_nothing(string row, DType type) => StridedChecks.Run(Table.Of(row), type, Gpu);

    [Theory, MemberData(nameof(Typed), "pair")]
    public void Broadcasting_is_expanding(string row, DType type) => OpChecks.Broadcasting(Table.Of(row), type, Gpu);

    [Theory, MemberData(nameof(Typed), "all")]
    public void Scalars_and_empty_tensors_keep_their_shape(string row, DType type) => OpChecks.ScalarAndEmpty(Table.Of(row), type, Gpu);
}
