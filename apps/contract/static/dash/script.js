console.log("dash")
