using DeepNotes.Models;
using DeepNotes.Nn;

namespace DeepNotes.Tests.Models;

public class ResNetTests
{
    [Theory]
    [InlineData("resnet18", 40)]
    [InlineData("resnet34", 33)]
    public void Keys_values_and_gradients_are_torchvisions(string name, int size)
    {
        ResNet model = (name == "resnet18" ? ResNet.ResNet18(classes: 10) : ResNet.ResNet34(classes: 10)).To(DType.Float64);
        IReadOnlyDictionary<string, Tensor> shapes = ModelGoldens.Below($"{name}.shape."), gradients = ModelGoldens.Below($"{name}.gradient.");
        Assert.Equal(shapes.Select(s => (s.Key, string.Join(",", s.Value.ToArray<long>()))), model.StateDict().Select(s => (s.Key, string.Join(",", s.Value.Shape.ToArray()))));
        IReadOnlyList<Parameter> parameters = model.Parameters();
        using (Grad.Off())
        {
            for (int i = 0; i < parameters.Count; i++)
            {
                Tensor numbers = Filled(parameters[i].Shape, i);
                parameters[i].CopyFrom(parameters[i].Rank > 1 ? numbers * Math.Sqrt(24.0 / (parameters[i].Count / parameters[i].Shape[0])) : numbers + 1);
            }
        }
        Tensor x = Filled([2, 3, size, size], 1000) * 2, y = model.Forward(x);
        ModelGoldens.AssertClose(ModelGoldens.Of($"{name}.y"), y, 1e-9, "output");
        (y * Filled(y.Shape, 1001)).Sum().Backward();
        int at = 0;
        foreach (var (key, parameter) in model.NamedParameters())
        {
            double norm = gradients[key].ToArray<double>()[0], product = gradients[key].ToArray<double>()[1];
            Assert.Equal(norm, parameter.Grad!.Square().Sum().Sqrt().Item(), 1e-8 * norm);
            Assert.Equal(product, (parameter.Grad! * Filled(parameter.Shape, 2000 + at++)).Sum().Item(), 1e-8 * norm);
        }
        ModelGoldens.AssertClose(ModelGoldens.Of($"{name}.running_mean"), ((ResNetBlock)model.Layer4[1]).Bn2.RunningMean!, 1e-10, "running mean");
        model.Eval();
        ModelGoldens.AssertClose(ModelGoldens.Of($"{name}.eval"), model.Forward(x), 1e-9, "output in evaluation");
    }

    [Fact]
    public void Small_images_keep_their_places_until_the_second_width()
    {
        ResNet model = ResNet.ResNet18(classes: 10, smallImages: true, inChannels: 1);
        model.Eval();
        Assert.Equal([64, 1, 3, 3], model.Conv1.Weight.Shape.ToArray());
        Shape? last = null;
        using IDisposable hook = model.Layer4.RegisterForwardHook((_, _, y) => { last = y.Shape; return null; });
        Assert.Equal([2, 10], model.Forward(Tensor.Zeros([2, 1, 32, 32])).Shape.ToArray());
        Assert.Equal([2, 512, 4, 4], last!.Value.ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ResNet([2, 2, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResNet([2, 2, 0, 2]));
        Assert.Throws<ShapeException>(() => ResNet.ResNet18().Forward(Tensor.Zeros([1, 1, 64, 64])));
    }

    /// <summary>As in generate_models.py.</summary>
    private static Tensor Filled(Shape shape, long seed)
    {
        double[] values = new double[shape.ElementCount];
        for (long i = 0; i < values.Length; i++)
        {
            uint x = unchecked((uint)(i * 2654435761 + seed * 40503));
            x = (x ^ (x >> 15)) * 2246822519;
            x ^= x >> 13;
            values[i] = x / 4294967296.0 - 0.5;
        }
        return Tensor.From(values).Reshape(shape);
    }
}
