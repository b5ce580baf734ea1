namespace DeepNotes.Nn.Tests.LayerTable;

/// <summary>What a layer does not take it refuses with an exception of the right type, which names the layer, what it expects and what it found.</summary>
public sealed class LayerErrorTests
{
    public static IEnumerable<TheoryDataRow<int, string>> Shapes => LayerErrors.Shapes.Select((row, i) => new TheoryDataRow<int, string>(i, row.Layer));

    public static IEnumerable<TheoryDataRow<int, string>> Typed => Shapes.Where(row => LayerErrors.Shapes[row.Data.Item1].IsTyped);

    public static IEnumerable<TheoryDataRow<int, string>> WithParameters => Shapes.Where(row => LayerErrors.Shapes[row.Data.Item1].Make().Parameters().Count > 0);

    public static IEnumerable<TheoryDataRow<int, string>> Arguments => LayerErrors.Arguments.Select((row, i) => new TheoryDataRow<int, string>(i, row.Name));

    public static IEnumerable<TheoryDataRow<int, string>> Calls => LayerErrors.Calls.Select((row, i) => new TheoryDataRow<int, string>(i, row.Name));

    [Theory, MemberData(nameof(Shapes))]
    public void A_wrong_shape_is_named(int index, string name)
    {
        WrongShapes row = LayerErrors.Shapes[index];
        row.Make().Forward(LayerErrors.Of(row.Good));
        foreach (int[] bad in row.Bad)
        {
            Tensor x = LayerErrors.Of(bad);
            var exception = Assert.Throws<ShapeException>(() => row.Make().Forward(x));
            Assert.StartsWith(name + ": ", exception.Message, StringComparison.Ordinal);
            Assert.Contains(x.Shape.ToString(), exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Typed))]
    public void Whole_numbers_are_refused_by_type(int index, string name)
    {
        WrongShapes row = LayerErrors.Shapes[index];
        var exception = Assert.Throws<DTypeException>(() => row.Make().Forward(LayerErrors.Of(row.Good).To(DType.Int64)));
        Assert.StartsWith(name + ": ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Int64", exception.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(WithParameters))]
    public void Another_type_than_the_parameters_is_named(int index, string name)
    {
        WrongShapes row = LayerErrors.Shapes[index];
        var exception = Assert.Throws<DTypeException>(() => row.Make().Forward(LayerErrors.Of(row.Good).To(DType.Float64)));
        Assert.StartsWith(name + ": ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Float64", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Float32", exception.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Arguments))]
    public void A_wrong_argument_is_named(int index, string name)
    {
        WrongArguments row = LayerErrors.Arguments[index];
        Says(Assert.Throws(row.Exception, row.Make), row.Words, name);
    }

    [Theory, MemberData(nameof(Calls))]
    public void Inputs_that_do_not_fit_each_other_are_named(int index, string name)
    {
        WrongCall row = LayerErrors.Calls[index];
        Says(Assert.Throws(row.Exception, row.Call), row.Words, name);
    }

    /// <summary>The case's name begins with the layer's, and so does the message.</summary>
    private static void Says(Exception exception, string[] words, string name)
    {
        Assert.StartsWith(name.Split(' ')[0] + ": ", exception.Message, StringComparison.Ordinal);
        foreach (string word in words) Assert.True(exception.Message.Contains(word, StringComparison.OrdinalIgnoreCase), $"{name}: '{word}' is not in '{exception.Message}'");
    }
}
