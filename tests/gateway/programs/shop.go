package main

import (
	"net/http"
	"os"
)

func main() {
	body, _ := os.Open(os.Args[1])
	request, _ := http.NewRequest("POST", "https://esputnik.com/api/v1/event", body)
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth("shop", "key")
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != 200 {
		os.Exit(1)
	}
}
