"""What is no product: demonstration, private GIMPs, wheels, catalogues of translations."""
