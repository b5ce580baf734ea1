namespace DeepNotes.Nn.Tests;

public class LayerGoldenTests
{
    [Theory]
    [InlineData("net")]
    [InlineData("conv")]
    [InlineData("norms")]
    public void State_dict_has_the_keys_and_shapes_of_PyTorch_in_its_order(string name) => Assert.Equal(
        Goldens.Layers.Below($"{name}.state.").Select(t => $"{t.Key} {t.Value.Shape}"),
        Models.Make(name).StateDict().Select(t => $"{t.Key} {t.Value.Shape}"));

    [Theory]
    [InlineData("net")]
    [InlineData("conv")]
    [InlineData("norms")]
    public void Output_and_all_gradients_are_those_of_PyTorch(string name)
    {
        Goldens golden = Goldens.Layers;
        Module model = Models.Make(name);
        model.LoadStateDict(golden.Below($"{name}.state."));
        Tensor x = golden[$"{name}.input"].Clone();
        x.RequiresGrad = true;

        Tensor y = ((ILayer)model).Forward(x);
        (y * golden[$"{name}.weights"]).Sum().Backward();

        Goldens.AssertClose(golden[$"{name}.output"], y, 2e-6, "output");
        Goldens.AssertClose(golden[$"{name}.input_gradient"], x.Grad!, 2e-5, "gradient of the input");
        Dictionary<string, Tensor> gradients = golden.Below($"{name}.gradient.");
        Assert.Equal(gradients.Keys, model.NamedParameters().Select(p => p.Key));
        foreach (var (key, parameter) in model.NamedParameters()) Goldens.AssertClose(gradients[key], parameter.Grad!, 2e-5, key);
    }
}
